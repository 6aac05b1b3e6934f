import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { fromHandle, toHandle } from '../../src/arrays/handle.ts';
import { SharedArray } from '../../src/arrays/shared-array.ts';

it('an array crosses by its handle, and both ends see one memory', () => {
  const array = new SharedArray('int16', [2, 3], new SharedArrayBuffer(20), 8);
  const arrived = fromHandle(structuredClone(toHandle(array)));
  expect(arrived).toMatchObject({ dtype: 'int16', shape: [2, 3] });
  arrived.row(1)[2] = 7;
  expect(array.toNested()).toEqual([
    [0, 0, 0],
    [0, 0, 7],
  ]);
});

it('a thread writes into the memory of a handle', async () => {
  const array = SharedArray.zeros('float64', [2, 2]);
  const script = `
    const { workerData: { buffer, byteOffset } } = require('node:worker_threads');
    new Float64Array(buffer, byteOffset)[3] = 8;
  `;
  const thread = new Worker(script, { eval: true, workerData: toHandle(array) });
  await new Promise((resolve) => thread.once('exit', resolve));
  expect(array.toNested()).toEqual([
    [0, 0],
    [0, 8],
  ]);
});
