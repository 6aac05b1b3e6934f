import fc from 'fast-check';
import { SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { LanePen } from '../../src/ledger/lane-pen.ts';
import { SETTLED } from '../../src/ledger/layout.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { reviveValues } from '../../src/protocol/fixed-values.ts';
import { restoreThrown } from '../../src/protocol/wire-error.ts';
import { InPlaceCollector } from '../../src/results/collect-results.ts';
import { LaneOutcomes } from '../../src/worker/lane-outcomes.ts';
import { outcomesIn } from './lane-probe.ts';

const LANE = 1;
const nothing = { jobs: 0, milliseconds: 0 };

function outcomesOf(nStates: number, inPlace?: InPlaceCollector): [LaneOutcomes, Ledger] {
  const ledger = Ledger.create(2, nStates);
  return [
    new LaneOutcomes(
      { output: inPlace?.output, order: undefined, lane: LANE },
      ledger,
      new LanePen(ledger, LANE),
    ),
    ledger,
  ];
}

test('neighbours travel as one run, whatever failed between', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(30)), fc.func(fc.boolean()), (places, fails) => {
      const [outcomes] = outcomesOf(31);
      for (const place of places) {
        if (fails(place)) outcomes.reject(place, `no ${place}`);
        else outcomes.fulfil(place, `yes ${place}`);
      }
      expect(outcomes.size).toBe(places.length);
      const { message } = outcomes.take(nothing);
      const told = outcomesIn([message]);
      expect([...told.keys()].sort()).toEqual([...places].sort());
      for (const [place, outcome] of told) {
        expect(outcome).toEqual(
          fails(place)
            ? { status: 'rejected', thrown: `no ${place}` }
            : { status: 'fulfilled', output: `yes ${place}` },
        );
      }
      for (let i = 2; i < message.runs.length; i += 2) {
        expect(message.runs[i]).not.toBe(message.runs[i - 2]! + message.runs[i - 1]!);
      }
      expect(outcomes.size).toBe(0);
    }),
  );
});

test('each taking starts anew', () => {
  const [outcomes] = outcomesOf(3);
  outcomes.fulfil(0, 'a');
  const first = outcomes.take(nothing).message;
  outcomes.fulfil(1, 'b');
  const second = outcomes.take({ jobs: 1, milliseconds: 2 }).message;
  expect([first.runs, first.outputs.values]).toEqual([[0, 1], ['a']]);
  expect([second.runs, second.outputs.values]).toEqual([[1, 1], ['b']]);
  expect(second.worked).toEqual({ jobs: 1, milliseconds: 2 });
});

test('big results are moved, and shared arrays are found again', () => {
  const [outcomes] = outcomesOf(2);
  const array = SharedArray.zeros('int8', [2]);
  outcomes.fulfil(0, { samples: new Float64Array(10_000).fill(1), array });
  const { message, transfer } = outcomes.take(nothing);
  expect(transfer).toHaveLength(1);
  const [result] = reviveValues(structuredClone(message, { transfer }).outputs) as [
    { samples: Float64Array; array: SharedArray },
  ];
  expect(result.samples.at(-1)).toBe(1);
  expect(result.array).toBeInstanceOf(SharedArray);
});

describe('what cannot cross', () => {
  test('is refused with the way to it, and leaves nothing behind', () => {
    const [outcomes, ledger] = outcomesOf(2);
    expect(() => outcomes.fulfil(0, [new Float64Array(10_000), { f: () => {} }])).toThrow(
      expect.objectContaining({
        code: 'RESULT_NOT_CLONEABLE',
        message: 'result[1].f is the function f, which cannot cross a thread',
      }),
    );
    expect(outcomes.size).toBe(0);
    expect(ledger.states[0]).toBe(0);
    expect(outcomes.take(nothing)).toMatchObject({ transfer: [], message: { runs: [] } });
  });

  test('may be thrown all the same', () => {
    const [outcomes] = outcomesOf(1);
    outcomes.reject(0, { f: () => {} });
    const { rejections } = structuredClone(outcomes.take(nothing).message);
    expect(restoreThrown(rejections[0]!.thrown)).toContain('f:');
  });
});

describe('state bytes say whose outcome it is', () => {
  test('in a claimed feed, until main has heard of it', () => {
    const [outcomes, ledger] = outcomesOf(3);
    outcomes.fulfil(0, 1);
    outcomes.reject(2, 'no');
    expect([...ledger.states]).toEqual([LANE + 1, 0, LANE + 1]);
  });

  test('and that nobody need hear of it, where it is in place', () => {
    const inPlace = new InPlaceCollector({ dtype: 'int8', shape: undefined, array: undefined }, 3, 0);
    const [outcomes, ledger] = outcomesOf(3, inPlace);
    outcomes.fulfil(0, 5);
    outcomes.reject(1, 'no');
    expect(() => outcomes.fulfil(2, 500)).toThrow(expect.objectContaining({ code: 'RESULT_DOES_NOT_FIT' }));
    outcomes.countTo(2);
    expect([...ledger.states]).toEqual([SETTLED, LANE + 1, 0]);
    expect([outcomes.size, ledger.written]).toEqual([1, 1]);
    expect(inPlace.results).toEqual(new Int8Array([5, 0, 0]));
  });

  test('but not in a posted feed, where main hears of everything', () => {
    const inPlace = new InPlaceCollector({ dtype: 'int8', shape: undefined, array: undefined }, 3, 0);
    const [outcomes, ledger] = outcomesOf(0, inPlace);
    outcomes.fulfil(0, 5);
    expect([outcomes.size, ledger.written]).toEqual([1, 0]);
    expect(outcomes.take(nothing).message).toMatchObject({ runs: [0, 1], outputs: { values: [undefined] } });
    expect(inPlace.results).toEqual(new Int8Array([5, 0, 0]));
  });
});
