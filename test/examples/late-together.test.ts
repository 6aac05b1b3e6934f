import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readNpy } from '../../src/npy/index.ts';
import { runExample } from './run-example.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parajob-late-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('tells which airports are late on the same days, the same with one worker and with two', async () => {
  const pictures = ['1', '2'].map((workers) => join(folder, `${workers}.svg`));
  const [one, two] = await Promise.all(
    pictures.map((path, i) =>
      runExample('late-together', '--quick', '--workers', String(i + 1), '--out', path),
    ),
  );
  expect(two).toMatchObject({ exitCode: 0, stderr: '' });
  expect(two!.stdout).toContain('LAX and SAN   0.861');
  const told = (stdout: string) => stdout.replaceAll(/\d\.(svg|npy)/g, '');
  expect(told(one!.stdout)).toBe(told(two!.stdout));
  expect(await readFile(pictures[1]!, 'utf8')).toBe(await readFile(pictures[0]!, 'utf8'));

  const matrix = await readNpy(join(folder, '2.npy'), 'float64');
  expect(matrix.shape).toEqual([49, 49]);
  for (let i = 0; i < 49; i++) {
    expect(matrix.row(i)[i]).toBeCloseTo(1, 12);
    for (let j = 0; j < i; j++) expect(matrix.row(i)[j]).toBe(matrix.row(j)[i]);
  }
}, 60_000);
