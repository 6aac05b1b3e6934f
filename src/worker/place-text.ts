import type { ShippedScript, ShippedText } from '../protocol/worker-reference.ts';

/** A script with nothing in it: blanks, and the ends of its lines. */
export function blankScript({ lines }: Pick<ShippedScript, 'lines'>): string {
  return lines.map((length) => ' '.repeat(length)).join('\n');
}

/**
 * A blank script in which one text stands at its own offset. The pieces that have to stand before it take the place of
 * blanks, as near as there is room for them. Only a script that starts with the text has none: there it moves.
 */
export function placeText(blanks: string, { start, before, text, after }: ShippedText): string {
  const end = start + text.length;
  const tail = blanks.slice(end);
  const lineEnd = tail.search(/\n|$/);
  return (
    writeBefore(blanks.slice(0, start), before) + text + after + tail.slice(Math.min(after.length, lineEnd))
  );
}

function writeBefore(blanks: string, pieces: readonly string[]): string {
  let written = '';
  let free = blanks;
  for (let i = pieces.length - 1; i >= 0; i--) {
    const piece = pieces[i]!;
    const end = endOfRoom(free, piece.length);
    if (end === undefined) return pieces.slice(0, i + 1).join('') + free + written;
    written = piece + free.slice(end) + written;
    free = free.slice(0, end - piece.length);
  }
  return free + written;
}

/** Where the last run of `length` blanks on one line ends. */
function endOfRoom(blanks: string, length: number): number | undefined {
  for (let end = blanks.length; end >= 0; ) {
    const lineStart = end === 0 ? 0 : blanks.lastIndexOf('\n', end - 1) + 1;
    if (end - lineStart >= length) return end;
    end = lineStart - 1;
  }
  return undefined;
}
