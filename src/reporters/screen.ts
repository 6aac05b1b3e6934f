import { divertWrites, type OutputStream } from './divert-writes.ts';

/** One line at the bottom of the terminal, drawn over and over. */
export interface Row {
  draw(text: string): void;
  /** Takes the row away; `last` stays behind as an ordinary line. */
  remove(last?: string): void;
}

/** A bar that somebody else draws where our lines are to go. */
export interface Guest {
  /** Clears it, and leaves the cursor where a line may be written. */
  hide(): void;
  /** The line has been written; the cursor is at the start of the next. */
  show(): void;
}

const NO_WRAP = '\x1b[?7l';
const WRAP = '\x1b[?7h';
const CLEAR_TO_END_OF_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const NEWLINE = 10;
/** Whoever sends these draws on the terminal too, and what it draws are not lines. Colours are not among them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are controlled by control characters
const CURSOR_MOVEMENT = /\x1b\[[\d;]*[A-HJf]/;
/** Bytes that are held back for a stream at most. */
const MOST_HELD_BACK = 65_536;

/**
 * The one writer of a stream. Lines go above the rows that are being drawn, also those that others write
 * (`console.log`, the output of worker threads): while there are rows, `write` of the terminal's streams is diverted.
 * The cursor is never hidden and no mode outlives a write, so that nothing needs restoring if the process is killed.
 */
export class Screen {
  readonly #stream: OutputStream;
  /** Streams that end up on the same terminal, this one among them. */
  readonly #neighbours: readonly OutputStream[];
  readonly #rows: { text: string }[] = [];
  readonly #guests = new Set<Guest>();
  /** Rows that are on the terminal now. */
  #drawn = 0;
  /** What is written now is ours. */
  #writing = false;
  readonly #heldBack = new Map<OutputStream, Uint8Array>();
  #restore: (() => void) | undefined;

  constructor(stream: OutputStream, neighbours: readonly OutputStream[] = []) {
    this.#stream = stream;
    this.#neighbours = [stream, ...neighbours].filter(isTerminal);
  }

  get isTerminal(): boolean {
    return isTerminal(this.#stream);
  }

  /** Columns that a row may fill: the last one stays free, because a terminal wraps there. */
  get width(): number {
    return Math.max(1, (this.#stream.columns || 80) - 1);
  }

  /** Whether a bar is shown already. */
  get isTaken(): boolean {
    return this.#rows.length > 0 || this.#guests.size > 0;
  }

  /** Writes one line, above whatever is drawn. */
  print(line: string): void {
    this.#above(() => this.#write(`${line}\n`));
  }

  addRow(): Row {
    const row = { text: '' };
    this.#rows.push(row);
    this.#divert();
    return {
      draw: (text) => {
        row.text = text;
        this.#ours(() => this.#drawRows());
      },
      remove: (last) => {
        this.#above(() => {
          this.#rows.splice(this.#rows.indexOf(row), 1);
          if (last !== undefined) this.#write(`${last}\n`);
        });
        this.#release();
      },
    };
  }

  /** Keeps lines clear of a bar that is not ours, until the returned function is called. */
  addGuest(guest: Guest): () => void {
    this.#guests.add(guest);
    this.#divert();
    return () => {
      this.#guests.delete(guest);
      this.#release();
    };
  }

  #above(write: () => void): void {
    this.#ours(() => {
      // Where there are rows of ours, a guest has been drawn over.
      const guests = this.#rows.length > 0 ? [] : [...this.#guests];
      for (const guest of guests) guest.hide();
      this.#clearRows();
      write();
      this.#drawRows();
      for (const guest of guests) guest.show();
    });
  }

  /** In one write, and from the first row on, so that nothing flickers. */
  #drawRows(): void {
    if (this.#rows.length === 0) return;
    const rows = this.#rows.map(({ text }) => text + CLEAR_TO_END_OF_LINE).join('\r\n');
    this.#write(this.#toFirstRow() + NO_WRAP + rows + WRAP);
    this.#drawn = this.#rows.length;
  }

  #clearRows(): void {
    if (this.#drawn === 0) return;
    this.#write(this.#toFirstRow() + CLEAR_BELOW);
    this.#drawn = 0;
  }

  #toFirstRow(): string {
    return this.#drawn > 1 ? `\r\x1b[${this.#drawn - 1}A` : '\r';
  }

  #divert(): void {
    if (this.#restore) return;
    const restores = this.#neighbours.map((stream) =>
      divertWrites(stream, (bytes) => this.#receive(stream, bytes)),
    );
    const leave = () => this.#leave();
    process.once('exit', leave);
    this.#restore = () => {
      for (const restore of restores) restore();
      process.removeListener('exit', leave);
    };
  }

  #release(): void {
    if (this.#rows.length === 0) {
      this.#ours(() => {
        for (const [stream, bytes] of this.#heldBack) stream.write(bytes);
      });
      this.#heldBack.clear();
    }
    if (this.isTaken) return;
    this.#restore?.();
    this.#restore = undefined;
  }

  /** The process ends in the middle of a run: what is written next, often an error, gets a line of its own. */
  #leave(): void {
    if (this.#drawn > 0) this.#ours(() => this.#write('\n'));
    this.#rows.length = 0;
    this.#guests.clear();
    this.#drawn = 0;
    this.#release();
  }

  /** Whole lines go above the rows; the beginning of a line waits for its end, another's drawing for that of ours. */
  #receive(stream: OutputStream, bytes: Uint8Array): boolean {
    if (this.#writing) return false;
    if (this.#rows.length === 0) return this.#receiveBesideGuests(stream, bytes);
    const pending = Buffer.concat([this.#heldBack.get(stream) ?? new Uint8Array(), bytes]);
    if (CURSOR_MOVEMENT.test(pending.toString('latin1'))) {
      this.#heldBack.set(stream, pending.subarray(-MOST_HELD_BACK));
      return true;
    }
    const end = pending.length > MOST_HELD_BACK ? pending.length : pending.lastIndexOf(NEWLINE) + 1;
    this.#heldBack.set(stream, pending.subarray(end));
    if (end > 0) this.#above(() => stream.write(pending.subarray(0, end)));
    return true;
  }

  /** A guest draws through the same stream, in pieces that never end in a newline, or in a newline alone. */
  #receiveBesideGuests(stream: OutputStream, bytes: Uint8Array): boolean {
    if (bytes.length < 2 || bytes.at(-1) !== NEWLINE) return false;
    this.#above(() => stream.write(bytes));
    return true;
  }

  #write(text: string): void {
    this.#stream.write(text);
  }

  /** A stream that can no longer be written to must not end a run, and there is nowhere left to say so. */
  #ours(write: () => void): void {
    const outer = this.#writing;
    this.#writing = true;
    try {
      write();
    } catch {
    } finally {
      this.#writing = outer;
    }
  }
}

const screens = new WeakMap<OutputStream, Screen>();

/** The screen of a stream; runs that go on at once share it. */
export function screenOf(stream: OutputStream): Screen {
  let screen = screens.get(stream);
  if (!screen) {
    screen = new Screen(stream, stream === process.stderr ? [process.stdout] : []);
    screens.set(stream, screen);
  }
  return screen;
}

function isTerminal(stream: OutputStream): boolean {
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}
