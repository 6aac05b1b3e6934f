/** A piece of a script that stays, with what has to stand around it. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

/** Other text for a part of a piece. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Takes a part of a piece away. */
export function blank(start: number, end: number): Edit {
  return { start, end, text: '' };
}

/** Puts other text into a source, filled up with blanks so that nothing behind it moves. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  let edited = source;
  for (const { start, end, text } of [...edits].sort((a, b) => b.start - a.start)) {
    const rest = blankOut(source.slice(Math.min(start + text.length, end), end));
    edited = edited.slice(0, start) + text + rest + edited.slice(end);
  }
  return edited;
}

/**
 * Blanks out a script except for some pieces that do not overlap, so that what stays keeps its lines and columns.
 * What stands around a piece takes the place of blanks where there are enough of them.
 */
export function prune(source: string, pieces: readonly Piece[]): string {
  let pruned = '';
  let end = 0;
  let after = '';
  for (const piece of [...pieces].sort((a, b) => a.start - b.start)) {
    pruned += gap(source.slice(end, piece.start), after, piece.before) + source.slice(piece.start, piece.end);
    ({ end, after } = piece);
  }
  return pruned + after;
}

function gap(text: string, head: string, tail: string): string {
  const blanks = blankOut(text);
  const room = blanks.startsWith(' '.repeat(head.length)) ? blanks.slice(head.length) : blanks;
  if (room.endsWith(' '.repeat(tail.length))) return head + room.slice(0, room.length - tail.length) + tail;
  // At the end of the line before, it moves nothing.
  const lineBreak = room.search(/(?:\r\n|[\n\r\u2028\u2029])[^\n\r\u2028\u2029]*$/);
  return lineBreak < 0 ? head + room + tail : head + room.slice(0, lineBreak) + tail + room.slice(lineBreak);
}

function blankOut(text: string): string {
  return text.replace(/[^\n\r\u2028\u2029]/g, ' ');
}
