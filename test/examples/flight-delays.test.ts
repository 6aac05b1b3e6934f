import { expect, it } from 'vitest';
import { runExample } from './run-example.ts';

/** The lines of the table: what is left of each when the dots and bars of the chart are cut off. */
function rowsOf(stdout: string): string[] {
  return stdout
    .split('\n')
    .filter((line) => / \d+ min /.test(line))
    .map((line) => line.replace(/[^\x20-\x7e].*/, '').trim());
}

it('tells how late flights are, the same with one worker and with two', async () => {
  const [one, two] = await Promise.all([
    runExample('flight-delays', '--quick', '--workers', '1'),
    runExample('flight-delays', '--quick', '--workers', '2'),
  ]);
  expect(two).toMatchObject({ exitCode: 0, stderr: '' });
  expect(two.stdout).toContain('Read 3,000,000 flights on 181 days from 2001-01-01 on');
  const rows = rowsOf(two.stdout);
  expect(rows).toHaveLength(21);
  // Flights and the 90th percentile itself were counted by other means; the interval comes from the draws.
  expect(rows[12]).toMatch(/^17 h\s+200,642\s+40 min\s+3\d to 4\d\s+40 to 41$/);
  expect(rows[19]).toMatch(/^0 h\s+10,3\d\d\s+154 min/);
  expect(rowsOf(one.stdout)).toEqual(rows);
  expect(one.stdout).toContain('1 worker did 84 jobs');
  expect(two.stdout).toMatch(/[12] workers? did 84 jobs/);
}, 60_000);

it('says what it takes, and refuses what it does not know', async () => {
  const [help, unknown, fraction] = await Promise.all([
    runExample('flight-delays', '--help'),
    runExample('flight-delays', '--fast'),
    runExample('flight-delays', '--workers', '1.5'),
  ]);
  expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--workers N') });
  expect(unknown).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining("'--fast'") });
  expect(fraction).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("not '1.5'") });
});
