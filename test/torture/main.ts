// The long form: npm run torture -- --minutes 20 --seed 7
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { JobRunner } from 'parajob';
import { anyCase, type Case } from './case.ts';
import { newCounts, summary } from './counts.ts';
import { endurance } from './endurance.ts';
import { leftovers } from './leftovers.ts';
import { caseBegunLast, caseUnderWay, torture } from './torture.ts';

const CASES_PER_ROUND = 100;
/** From this duration on, endurance is tried in full; it comes on top. */
const ENDURANCE_MINUTES = 20;
/** How long to look for a smaller case that fails. */
const SHRINK_MS = 60_000;

const { values: args } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    /** With a seed that has failed: the case that has. */
    path: { type: 'string' },
    /** A file with a case, as a failure prints it, and how often to do it. */
    case: { type: 'string' },
    times: { type: 'string', default: '20' },
  },
});
const until = performance.now() + Number(args.minutes) * 60_000;
const counts = newCounts();

process.on('uncaughtException', (error) => {
  console.error('an exception came out beside all runs:', error);
  console.error('in, or after, the case', JSON.stringify(caseBegunLast()));
  process.exit(2);
});

function fail(...lines: readonly string[]): void {
  console.error(lines.join('\n'));
  process.exitCode = 1;
}

async function replay(file: string): Promise<void> {
  const [given] = [JSON.parse(readFileSync(file, 'utf8'))].flat() as Case[];
  for (let time = 1; time <= Number(args.times); time++) {
    await torture(given!).catch(({ message }: Error) => fail(`time ${time}: ${message}`));
  }
}

/** Rounds of cases until the time is over. False if one has failed. */
async function rounds(): Promise<boolean> {
  for (let seed = Number(args.seed); performance.now() < until; seed++) {
    const time = until - performance.now();
    const details = await fc.check(
      fc.asyncProperty(anyCase, (given) => torture(given, counts)),
      {
        seed,
        ...(args.path !== undefined && { path: args.path }),
        numRuns: CASES_PER_ROUND,
        interruptAfterTimeLimit: time,
        skipAllAfterTimeLimit: time + SHRINK_MS,
      },
    );
    // One that was interrupted before its first case has failed as well, without a counterexample.
    if (details.counterexample !== null) {
      const { errorInstance: error, counterexample, counterexamplePath } = details;
      fail(
        `failed: --seed ${seed} --path ${counterexamplePath}`,
        JSON.stringify(counterexample),
        error instanceof Error ? error.message : String(error),
      );
      return false;
    }
    if (args.path !== undefined) return true;
    await caseUnderWay();
    const left = await leftovers();
    if (left.length > 0) {
      fail(`failed: after the cases of seed ${seed} there is left ${left.join(', ')}`);
      return false;
    }
    console.log(`  ${counts.cases} cases, ${counts.kills} kills`);
  }
  return true;
}

if (args.case !== undefined) await replay(args.case);
else {
  console.log(`seed ${args.seed}, Node ${process.version}, ${args.minutes} minutes`);
  if ((await rounds()) && args.path === undefined) {
    for await (const { line, complaint } of endurance(
      Math.min(1, Number(args.minutes) / ENDURANCE_MINUTES),
    )) {
      console.log(line);
      if (complaint !== undefined) fail(`failed: ${complaint}`);
    }
  }
  console.log(summary(counts));
}
await JobRunner.reset();
