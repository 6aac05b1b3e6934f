/** Other text for a part of a script. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Takes a part of a script away. */
export function blank(start: number, end: number): Edit {
  return { start, end, text: '' };
}

/** The text from `start` to `end`, edited; filled up with blanks so that nothing moves behind what is shorter. */
export function applyEdits(source: string, edits: readonly Edit[], start: number, end: number): string {
  let edited = '';
  let at = start;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || b.end - a.end)) {
    // What stands in a part that is taken away goes with it.
    if (edit.start < at || edit.end > end) continue;
    const rest = source.slice(Math.min(edit.start + edit.text.length, edit.end), edit.end);
    edited += source.slice(at, edit.start) + edit.text + blankOut(rest);
    at = edit.end;
  }
  return edited + source.slice(at, end);
}

function blankOut(text: string): string {
  return text.replace(/[^\n\r\u2028\u2029]/g, ' ');
}
