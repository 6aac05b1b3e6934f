import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { JobRunnerError } from '../errors.ts';
import { OWN_FOLDER } from '../protocol/own-folder.ts';

/** The built file that threads start with. Throws `THREAD_ENTRY_LOST` where a bundler has left it behind. */
export function entryFile(): string {
  const beside = fileURLToPath(new URL('worker/start-thread.cjs', OWN_FOLDER));
  if (existsSync(beside)) return beside;
  try {
    return createRequire(import.meta.url).resolve('parajob/start-thread');
  } catch (cause) {
    throw new JobRunnerError(
      'THREAD_ENTRY_LOST',
      'the file that threads start with is missing: if this program is bundled, mark parajob external, so that it stays in node_modules',
      { cause },
    );
  }
}
