import fc from 'fast-check';
import { JobRunner } from 'parajob';
import { expect, test } from 'vitest';

/** Anything that programs keep in their variables. */
const leaf = fc.oneof(
  fc.constantFrom(undefined, null, true, Number.NaN, -0, Number.POSITIVE_INFINITY),
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.string(),
  fc.date({ noInvalidDate: true }),
  fc.float64Array({ maxLength: 4 }),
  fc.uint8Array({ maxLength: 4 }),
  fc.int32Array({ maxLength: 4 }).map((array) => array.subarray(1)),
  fc.constantFrom(/a+/u, /^x$/i),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 3 }).map((members) => new Set(members)),
  ),
}));

test('any value of a variable is in threads what it is in the program', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (captured) => {
      const [seen] = await new JobRunner((_x: number) => captured, { nWorkers: 2 }).runJobs([0]);
      const [expected] = await new JobRunner((_x: number) => captured, { nWorkers: 1 }).runJobs([0]);
      expect(seen).toStrictEqual(expected);
    }),
    { numRuns: 150 },
  );
});

test('a dictionary without a prototype finds nothing that is not in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.integer()), fc.string(), async (entries, key) => {
      const plain: Record<string, number> = Object.assign(Object.create(null), entries);
      const job = (name: string) => [name in plain, plain[name]];
      expect(await new JobRunner(job, { nWorkers: 2 }).runJobs([key])).toEqual([job(key)]);
    }),
    { numRuns: 50 },
  );
});

/** A tower of functions, each capturing the one below it and a number. */
const steps = fc.array(fc.tuple(fc.constantFrom('add', 'scale', 'twice'), fc.integer({ min: -9, max: 9 })), {
  maxLength: 8,
});

test('functions that capture functions that capture compute the same', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (recipe) => {
      let job = (x: number): number => x;
      for (const [kind, k] of recipe) {
        const below = job;
        if (kind === 'add') job = (x) => below(x) + k;
        else if (kind === 'scale') job = (x) => k * below(x);
        else job = (x) => below(below(x));
      }
      const tower = job;
      expect(await new JobRunner(tower, { nWorkers: 2 }).runJobs([1, 2])).toEqual([1, 2].map(tower));
    }),
    { numRuns: 50 },
  );
});

test('every run sees the variables as they are when it starts', async () => {
  let k = 0;
  const runner = new JobRunner((x: number) => x * k, { nWorkers: 2 });
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (next) => {
      k = next;
      const run = runner.runJobs([1, 3]);
      k = 99;
      expect(await run).toEqual([1 * next, 3 * next]);
    }),
    { numRuns: 50 },
  );
});
