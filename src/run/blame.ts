import type { Feed } from '../feeds/feed.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { CANDIDATES, type Seat } from './seat.ts';

/** What a lane has died of. `turn` is the one it was at; it means something where a job was running. */
export interface Verdict {
  readonly turn: number;
  readonly of:
    | 'job'
    | 'time limit'
    /** Its thread was ended for the job before, which came to its end just then. */
    | 'unlucky'
    /** It had not begun. */
    | 'start'
    /** No job was running: something that an earlier one has left behind. */
    | 'stray'
    /** Main has ended it for a job that was done by then. */
    | 'nothing';
}

/** The job that was running when its lane died is to blame, and nothing else is: that goes to other lanes. */
export function judge(seat: Seat, feed: Feed, ledger: Ledger): Verdict {
  const { watch, timedOut } = seat;
  const turn = watch.current;
  if (watch.abandon()) return { turn, of: 'start' };
  const isRunning = turn >= 0 && !feed.isSettled(turn) && (ledger.states[turn] ?? 0) === 0;
  if (!isRunning) return { turn, of: timedOut === undefined ? 'stray' : 'nothing' };
  if (timedOut === undefined) return { turn, of: 'job' };
  return { turn, of: timedOut === turn ? 'time limit' : 'unlucky' };
}

/** Who may have left behind what a lane has died of between two jobs: those that it has done last, newest first. */
export function suspects({ watch, lastAnswered }: Seat, feed: Feed): number[] {
  // What it has not told of yet lies before what it has not started.
  const untold: number[] = [];
  const { start, end } = watch.unstarted;
  for (let turn = Math.min(start, end) - 1; turn >= 0 && !feed.isSettled(turn); turn--) {
    if (untold.length === CANDIDATES) break;
    untold.push(turn);
  }
  return [...new Set([...untold, ...lastAnswered])].slice(0, CANDIDATES);
}
