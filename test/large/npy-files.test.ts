import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharedArray } from 'parajob';
import { readNpy, writeNpy } from 'parajob/npy';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** More than the 2 GiB that Node reads at a time. */
const ROWS = 2100;
const COLUMNS = 131_072;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parajob-npy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a .npy file of more than 2 GiB is read whole, and takes the memory of its array', async () => {
  const file = join(folder, 'sparse.npy');
  const shape = SharedArray.zeros('float64', [1, COLUMNS]);
  await writeNpy(file, shape);
  const { size } = await stat(file);
  const header = size - 8 * COLUMNS;
  const handle = await open(file, 'r+');
  const text = Buffer.alloc(header);
  await handle.read(text, 0, header, 0);
  const described = text.toString('latin1').replace(/\(1, 131072\), \}\s{3}/, `(${ROWS}, 131072), }`);
  await handle.write(Buffer.from(described, 'latin1'), 0, header, 0);
  await handle.truncate(header + 8 * ROWS * COLUMNS);
  const last = Buffer.alloc(8);
  last.writeDoubleLE(7);
  await handle.write(last, 0, 8, header + 8 * (ROWS * COLUMNS - 1));
  await handle.close();

  const before = process.memoryUsage.rss();
  const array = await readNpy(file);
  expect([array.dtype, ...array.shape]).toEqual(['float64', ROWS, COLUMNS]);
  expect([array.data[0], array.data.at(-1)]).toEqual([0, 7]);
  expect((process.memoryUsage.rss() - before) / array.data.byteLength).toBeLessThan(1.1);
});
