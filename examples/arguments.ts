/** What the examples that draw a picture can be told. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export interface Arguments {
  readonly workers: number | undefined;
  readonly quick: boolean;
  /** Where the picture goes. */
  readonly out: string;
}

/** Ends the program for `--help`, and for what it does not know. */
export function readArguments(help: string, picture: string): Arguments {
  try {
    const { values } = parseArgs({
      options: {
        workers: { type: 'string' },
        out: { type: 'string' },
        quick: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      console.log(help);
      process.exit();
    }
    const workers = values.workers === undefined ? undefined : Number(values.workers);
    if (workers !== undefined && !(Number.isInteger(workers) && workers > 0)) {
      throw new Error(`--workers takes a whole number from 1 up, not '${values.workers}'`);
    }
    return { workers, quick: values.quick ?? false, out: values.out ?? join(tmpdir(), picture) };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}
