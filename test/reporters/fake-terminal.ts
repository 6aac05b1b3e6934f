import type { OutputStream } from '../../src/reporters/divert-writes.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are controlled by control characters
const TOKEN = /\x1b\[([?\d;]*)([A-Za-z])|\x1b([78])|[\s\S]/gu;

/** A terminal with as much of its control language as bars use. `lines` is what a person would see. */
export class FakeTerminal implements OutputStream {
  readonly isTTY: boolean;
  readonly columns: number;
  /** Everything written, as it was written. */
  written = '';
  cursorVisible = true;
  wraps = true;
  #cells: string[][] = [[]];
  #row = 0;
  #column = 0;
  #saved: readonly [row: number, column: number] = [0, 0];

  constructor({ isTTY = true, columns = 100 }: { isTTY?: boolean; columns?: number } = {}) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(chunk: string | Uint8Array, ...rest: unknown[]): boolean {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    this.written += text;
    for (const match of text.matchAll(TOKEN)) this.#interpret(match);
    const callback = rest.at(-1);
    if (typeof callback === 'function') callback();
    return true;
  }

  get lines(): string[] {
    const lines = this.#cells.map((row) => row.join('').trimEnd());
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  #interpret([token, parameter = '', command, mode]: RegExpExecArray): void {
    const count = Number(parameter.split(';').at(-1)) || 1;
    if (mode === '7') this.#saved = [this.#row, this.#column];
    else if (mode === '8') [this.#row, this.#column] = this.#saved;
    else if (command === 'A') this.#row = Math.max(0, this.#row - count);
    else if (command === 'B') this.#row += count;
    else if (command === 'G') this.#column = count - 1;
    else if (command === 'K') this.#clear(this.#row, parameter === '2' ? 0 : this.#column);
    else if (command === 'J') this.#clearBelow();
    else if (parameter === '?7') this.wraps = command === 'h';
    else if (parameter === '?25') this.cursorVisible = command === 'h';
    else if (command !== undefined) throw new Error(`unknown control sequence ${JSON.stringify(token)}`);
    else this.#type(token);
    while (this.#cells.length <= this.#row) this.#cells.push([]);
  }

  #type(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') [this.#row, this.#column] = [this.#row + 1, 0];
    else {
      const width = /\p{Script=Han}|\p{Script=Katakana}|ー/u.test(character) ? 2 : 1;
      if (this.#column + width > this.columns) {
        [this.#row, this.#column] = this.wraps ? [this.#row + 1, 0] : [this.#row, this.columns - width];
      }
      while (this.#cells.length <= this.#row) this.#cells.push([]);
      const cells = this.#cells[this.#row]!;
      while (cells.length < this.#column) cells.push(' ');
      cells.splice(this.#column, width, ...[character, ''].slice(0, width));
      this.#column += width;
    }
  }

  #clear(row: number, from: number): void {
    const cells = this.#cells[row] ?? [];
    cells.length = Math.min(cells.length, from);
  }

  #clearBelow(): void {
    this.#clear(this.#row, this.#column);
    this.#cells.length = Math.min(this.#cells.length, this.#row + 1);
  }
}
