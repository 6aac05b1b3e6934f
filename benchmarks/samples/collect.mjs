import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Not by a flag of the process: threads would have to be started with it, and not every pool can.
setFlagsFromString('--expose-gc');

/** Collects garbage now. */
export const collect = runInNewContext('gc');
