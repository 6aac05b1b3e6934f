import { OWN_FOLDER, OWN_PATH } from './own-folder.ts';

/**
 * A stack without this package's frames and what lies below them: the reader wants to see where the job was, not
 * how it was called.
 */
export function userFrames(stack: string): string {
  const lines = stack.split('\n');
  const own = lines.findIndex(
    (line) => isFrame(line) && (line.includes(OWN_FOLDER) || line.includes(OWN_PATH)),
  );
  return own < 0 ? stack : lines.slice(0, own).join('\n');
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

/** Keeps where the user called from; `caller` is the method that was called. */
export function captureCallSite(caller: (...args: never) => unknown): CallSite {
  const site = { stack: '' };
  Error.captureStackTrace(site, caller);
  return site;
}

export interface CallSite {
  readonly stack: string;
}

/** Lets an error point to where the user called from, instead of to where it was made. */
export function pointTo(error: Error, { stack }: CallSite): void {
  const frames = stack.slice(stack.indexOf('\n') + 1);
  Object.defineProperty(error, 'stack', {
    value: `${error.name}: ${error.message}\n${frames}`,
    configurable: true,
    writable: true,
  });
}
