import { JobRunner } from 'parajob';
import type { Case } from './case.ts';
import { complaintsAbout } from './check.ts';
import { type Counts, count } from './counts.ts';
import { newDiary, noted } from './diary.mjs';
import { runCase } from './run-case.ts';

/** A case in which nothing begins or ends for so long does not go on: how long it takes depends on the machine. */
const HANGS_MS = 30_000;
/** One thing gone wrong may show in every place. */
const MOST_SHOWN = 12;

let latest: Promise<void> = Promise.resolve();
let latestGiven: Case | undefined;

/** The case that is under way, if there is one: fast-check does not wait for it when its time is over. */
export function caseUnderWay(): Promise<void> {
  return latest.catch(() => {});
}

/** The case that was begun last, for what goes wrong where nobody waits for it. */
export function caseBegunLast(): Case | undefined {
  return latestGiven;
}

/** Does what a case says, and throws if anything is not as the serial model has it. */
export function torture(given: Case, counts?: Counts): Promise<void> {
  latestGiven = given;
  latest = doAndCheck(given, counts);
  return latest;
}

async function doAndCheck(given: Case, counts: Counts | undefined): Promise<void> {
  const diary = newDiary();
  let timer: ReturnType<typeof setInterval> | undefined;
  const hangs = new Promise<never>((_, reject) => {
    let before = -1;
    timer = setInterval(() => {
      const now = noted(diary);
      if (now === before) reject(new Error('it hangs'));
      before = now;
    }, HANGS_MS);
  });
  try {
    const seen = await Promise.race([runCase(given, diary), hangs]);
    if (counts !== undefined) count(counts, given, seen);
    const complaints = complaintsAbout(given, seen);
    if (complaints.length > 0) throw new Error(complaints.slice(0, MOST_SHOWN).join('\n'));
  } finally {
    clearInterval(timer);
    // What a stray exception has not ended yet is not the next case's.
    if (leavesStrays(given)) await JobRunner.reset();
  }
}

function leavesStrays({ runs }: Case): boolean {
  return runs.some(({ places }) => Object.values(places).some((acts) => acts.includes('stray')));
}
