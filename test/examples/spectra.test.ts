import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runExample } from './run-example.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parajob-spectra-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('finds the days and weeks of airports, the same with one worker and with two', async () => {
  const pictures = ['1', '2'].map((workers) => join(folder, `${workers}.svg`));
  const [one, two] = await Promise.all(
    pictures.map((path, i) => runExample('spectra', '--quick', '--workers', String(i + 1), '--out', path)),
  );
  expect(two).toMatchObject({ exitCode: 0, stderr: '' });
  expect(two!.stdout).toContain('49 airports, 4,344 hours each.');
  expect(two!.stdout).toMatch(/^ORD +919 +78\.7 % +1\.0 % +20\.3 %$/m);
  expect(two!.stdout).toMatch(/^LAX +637 +90\.9 % +0\.9 % +8\.3 %$/m);
  const told = (stdout: string) => stdout.replaceAll(/\d\.svg/g, '');
  expect(told(one!.stdout)).toBe(told(two!.stdout));
  const [first, second] = await Promise.all(pictures.map((path) => readFile(path, 'utf8')));
  expect(first).toBe(second);
  expect(first).toMatch(/^<svg .*<image .*>ORD<.*<\/svg>\n$/s);
}, 60_000);

it('says what it takes, and refuses what it does not know', async () => {
  const [help, unknown] = await Promise.all([
    runExample('spectra', '--help'),
    runExample('spectra', '--fast'),
  ]);
  expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--out PATH') });
  expect(unknown).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining("'--fast'") });
});
