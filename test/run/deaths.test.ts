import { JobRunner } from 'parajob';
import { expect, test } from 'vitest';

const module = new URL('../fixtures/lanes/deaths.mjs', import.meta.url);
const options = { nWorkers: 2 };
const captured = { returnExceptions: true, logLevel: 'silent' } as const;

function runnerOf(name: string): JobRunner<(input: never) => unknown> {
  return new JobRunner<(input: never) => unknown>({ module, name }, options);
}

test('a thread that ends between two jobs of a span loses none of the others', async () => {
  const [results, exceptions] = await runnerOf('betweenJobs').runJobs({ nJobs: 20_000, ...captured });
  expect(exceptions).toEqual([]);
  expect(results).toEqual(Array.from({ length: 20_000 }, (_, place) => place));
});

test.each([
  'int32',
  undefined,
] as const)('failures that went with the thread fail again (in place: %s)', async (dtype) => {
  const output = dtype && { outputDtype: dtype, errorValue: -1 };
  const [results, exceptions] = (await runnerOf('afterFailures').runJobs({
    nJobs: 10_000,
    ...captured,
    ...output,
  })) as [ArrayLike<number>, Error[]];
  expect(exceptions.map(({ message }) => message)).toEqual([
    'job 3000 failed: no 3000',
    'job 3001 failed: no 3001',
    'job 3002 failed: no 3002',
    expect.stringMatching(/^job 3003 failed: worker \d exited with code 3/),
  ]);
  const kept = Array.from(results).filter((_, place) => place < 3000 || place > 3003);
  expect(kept).toEqual(
    Array.from({ length: 10_000 }, (_, place) => place).filter((n) => n < 3000 || n > 3003),
  );
});

test('what was taken from a stuck lane is not given a second time when its thread ends', async () => {
  const inputs = Array.from({ length: 300 }, (_, n) => ({ n }));
  const [results, exceptions] = await runnerOf('whileOthersWork').runJobs(inputs as never, captured);
  expect((exceptions as Error[]).map(({ message }) => message)).toEqual([
    expect.stringMatching(/^job 40 failed: worker \d exited with code 1/),
  ]);
  const expected: number[] = inputs.map(({ n }) => n);
  expected[40] = Number.NaN;
  expect(results).toEqual(expected);
});
