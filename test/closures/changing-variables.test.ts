import { JobRunner } from 'parajob';
import { expect, test } from 'vitest';
import { runScript } from '../helpers/run-script.ts';

test.each([
  ['changes-between-runs.cjs', 14],
  ['changes-by-eval.cjs', 1],
])('each run has the variables as they are when it starts, in %s', async (script, count) => {
  const { stdout, stderr } = await runScript(script);
  const lines = stdout.trim().split('\n');
  expect(lines, stderr).toHaveLength(count);
  // Before and after the change: of the program, and of a thread.
  for (const line of lines) expect(line).toMatch(/: 1,1,2,2$/);
});

test('a constant that was declared further down is read once it has its value', async () => {
  function* steps(): Generator<() => number> {
    yield () => constant;
    const constant = 2;
    yield () => constant;
  }
  const step = steps();
  const runner = new JobRunner(step.next().value!, { nWorkers: 2 });
  // Whether it is refused is another question: nobody can see it on Node 20 once `steps` waits.
  await runner.runJobs([0]).catch(() => {});
  step.next();
  expect(await runner.runJobs([0])).toEqual([2]);
});
