// `node start.mjs`, and not `tsx main.ts`: threads inherit how node was started, and each would load tsx.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { register } from 'tsx/esm/api';

// What memory is held shows once it has been collected.
setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc');
setFlagsFromString('--no-expose-gc');

register();
await import('./main.ts');
