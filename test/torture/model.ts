import type { ErrorCode } from 'parajob';
import type { Act, RunSpec } from './case.ts';
import { RUN_BITS, resultOf } from './jobs.mjs';

/** What becomes of a place when its tries are done one after the other, in a plain loop. */
export type End =
  | { readonly status: 'fulfilled'; readonly output: unknown; readonly attempts: number }
  | { readonly status: 'rejected'; readonly codes: readonly ErrorCode[]; readonly attempts: number };

const DEATHS: readonly Act[] = ['exit', 'exitLater', 'hoard'];

export function scriptOf({ places, usual }: RunSpec, place: number): readonly Act[] {
  return places[place] ?? [usual];
}

/** The serial model: one place, by itself. */
export function endOf(run: RunSpec, n: number, place: number): End {
  const { inputFault, retries, maxDeaths } = run;
  if (inputFault?.type === 'uncloneable' && inputFault.at === place) {
    return { status: 'rejected', codes: ['INPUT_NOT_CLONEABLE'], attempts: 0 };
  }
  const script = scriptOf(run, place);
  let deaths = 0;
  for (let attempt = 1; ; attempt++) {
    const act = script[Math.min(attempt, script.length) - 1]!;
    const codes = failureCodes(act, run);
    if (codes === undefined) {
      return { status: 'fulfilled', output: outputOf(act, (n << RUN_BITS) + place, run), attempts: attempt };
    }
    if (DEATHS.includes(act)) deaths++;
    const isLast = attempt > retries || (DEATHS.includes(act) && deaths >= maxDeaths);
    if (isLast) return { status: 'rejected', codes, attempts: attempt };
  }
}

function outputOf(act: Act, key: number, { output }: RunSpec): unknown {
  return act === 'reuse' || act === 'reuseLater' ? resultOf(key, 'row') : resultOf(key, output);
}

function failureCodes(act: Act, { output }: RunSpec): readonly ErrorCode[] | undefined {
  switch (act) {
    case 'throw':
    case 'odd':
    case 'reject':
      return ['JOB_FAILED'];
    case 'getter':
      return ['JOB_FAILED', 'RESULT_NOT_CLONEABLE', 'RESULT_DOES_NOT_FIT'];
    case 'uncloneable':
      return [output === 'any' ? 'RESULT_NOT_CLONEABLE' : 'RESULT_DOES_NOT_FIT'];
    case 'exit':
    case 'exitLater':
    case 'hoard':
      return ['WORKER_DIED'];
    case 'never':
    case 'tooLate':
    case 'spin':
      return ['JOB_TIMEOUT'];
    default:
      return undefined;
  }
}
