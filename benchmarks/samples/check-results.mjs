import assert from 'node:assert/strict';

const MOST = 5;

/** What some places must hold: worked out beforehand, since a pass may use its inputs up. */
export function expectations(inputs, run) {
  const nJobs = inputs.length;
  const step = Math.max(1, Math.ceil(nJobs / MOST));
  const expected = new Map();
  for (let place = 0; place < nJobs; place += step) expected.set(place, run(inputAt(inputs, place)));
  return expected;
}

function inputAt(inputs, place) {
  return typeof inputs.row === 'function' ? inputs.row(place) : inputs[place];
}

/** A contestant that is fast and wrong has not taken part. */
export function checkResults(results, expected) {
  for (const [place, value] of expected) {
    const found = typeof results.row === 'function' ? results.row(place) : resultAt(results, place, value);
    assert.deepEqual(found, value, `result of place ${place}`);
  }
}

/** Rows that were written by hand lie one after the other. */
function resultAt(results, place, value) {
  const isFlat = ArrayBuffer.isView(results) && ArrayBuffer.isView(value);
  return isFlat ? results.subarray(place * value.length, (place + 1) * value.length) : results[place];
}
