/** A piece of a script that stays, with what has to stand around it. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

/**
 * Blanks out a script except for some pieces, so that what stays keeps its lines and columns. What stands
 * around a piece takes the place of blanks where there are enough of them.
 */
export function prune(source: string, pieces: readonly Piece[]): string {
  const sorted = [...pieces].sort((a, b) => a.start - b.start || b.end - a.end);
  const nested: Piece[] = [];
  let pruned = '';
  let end = 0;
  let after = '';
  for (const piece of sorted) {
    if (piece.start < end) nested.push(piece);
    else {
      pruned +=
        gap(source.slice(end, piece.start), after, piece.before) + source.slice(piece.start, piece.end);
      ({ end, after } = piece);
    }
  }
  pruned += after;
  // A piece inside another one is there already, but where nothing outside can reach it.
  for (const { start, end, before, after } of nested) pruned += before + source.slice(start, end) + after;
  return pruned;
}

function gap(text: string, head: string, tail: string): string {
  const blank = text.replace(/[^\n\r\u2028\u2029]/g, ' ');
  const room = blank.startsWith(' '.repeat(head.length)) ? blank.slice(head.length) : blank;
  const fits = room.endsWith(' '.repeat(tail.length));
  return head + (fits ? room.slice(0, room.length - tail.length) : room) + tail;
}
