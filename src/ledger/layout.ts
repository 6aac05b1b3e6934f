// Two of x64's 64-byte lines: its prefetcher pulls them in pairs, and Apple's lines are 128 bytes.
export const LINE_WORDS = 32;

/** Words of the header. The counter is written by every lane and has a line to itself. */
export const COUNTER = 0;
export const LIMIT: number = 1 * LINE_WORDS;
export const STOPPED: number = LINE_WORDS + 1;
export const RETURNED_COUNT: number = LINE_WORDS + 2;
export const RETURNED: number = 2 * LINE_WORDS;

/** A returned span is four words: whether it can be taken, its first place, its end, which try at it this is. */
export const RETURNED_SLOTS = 32;
export const SLOT_WORDS = 4;
export const SLOT_EMPTY = 0;
export const SLOT_FULL = 1;
export const SLOT_BUSY = 2;

export const FIRST_LANE: number =
  RETURNED + Math.ceil((RETURNED_SLOTS * SLOT_WORDS) / LINE_WORDS) * LINE_WORDS;

/** Words of a lane's own line. */
export const PHASE = 0;
export const ORDER = 1;
export const CURRENT = 2;
export const SPAN_END = 3;
export const SEQUENCE = 4;
export const WRITTEN = 5;
export const TAKEN_FROM = 6;
/** Results written in place are counted up to here; NO_PLACE where they travel. */
export const COUNTED_TO = 7;
/** How many batches of posted inputs have been begun by the lane or taken from it. */
export const BATCHES = 8;

/** No job is running. Between jobs the word for the current place holds `~next` of the place that would be next. */
export const NO_PLACE = -1;
/** The same between spans: the place that would be next is beyond them all. */
export const NO_SPAN: number = ~0x7fff_ffff;

/** State bytes hold the lane that finished a place, counted from 1; main marks the places it has heard of. */
export const SETTLED = 255;
export const MAX_LANES: number = SETTLED - 1;

export const PHASE_WAITING = 0;
export const PHASE_BEGUN = 1;
export const PHASE_ABANDONED = 2;

/** What main tells a lane; it looks between jobs. */
export const ORDER_GO = 0;
/** End the span for a moment: send what is finished, measure again, let the event loop turn. */
export const ORDER_PAUSE = 1;
/** The rest of the span has been given to another lane. */
export const ORDER_TAKEN = 2;
export const ORDER_STOP = 3;

/** A lane's phase, together with how many lanes its seat has had. */
export function phaseOf(sitting: number, phase: number): number {
  return (sitting << 2) | phase;
}
