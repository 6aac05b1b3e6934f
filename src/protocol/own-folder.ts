import { fileURLToPath } from 'node:url';

/**
 * The folder of this package's own code: `src/` where it runs from its sources, `dist/` where it is built. The build
 * joins files, so no file can tell it from where it lies by itself.
 */
export const OWN_FOLDER: string =
  /^.*\/(?:src|dist)\//.exec(import.meta.url)?.[0] ?? new URL('.', import.meta.url).href;

/** The same as a path. */
export const OWN_PATH: string = fileURLToPath(OWN_FOLDER);
