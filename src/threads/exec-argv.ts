const PRELOADS = new Set(['--import', '--require', '-r', '--loader', '--experimental-loader']);
const TAKE_NEXT = new Set([...PRELOADS, '--conditions', '-C', '--input-type']);
/** What a thread can be told by itself. */
const IN_THREADS =
  /^-[rC]$|^--(?:import|require|loader|conditions|(?:no-)?(?:experimental-|preserve-symlinks|enable-source-maps|warnings|deprecation|trace-(?:warnings|deprecation|uncaught)|unhandled-rejections))/;

/**
 * The Node options of this process that its threads should have. `--input-type` goes with `--eval` and ends a
 * thread at its start; tsx's own preloads only slow a thread's start, and threads register tsx by
 * themselves where they need it. Undefined where threads can have all: an option that is said again is checked
 * again, and refused if it is V8's (`--max-old-space-size`), which holds for the whole process anyhow.
 */
export function inheritedExecArgv(execArgv: readonly string[] = process.execArgv): string[] | undefined {
  const kept: string[] = [];
  let isAnyDropped = false;
  for (let i = 0; i < execArgv.length; i++) {
    const [option = '', inline] = splitOnce(execArgv[i]!, '=');
    const takesNext = inline === undefined && TAKE_NEXT.has(option);
    const value = takesNext ? execArgv[i + 1] : inline;
    const isDropped = option === '--input-type' || (PRELOADS.has(option) && isTsx(value));
    if (!isDropped && IN_THREADS.test(option)) kept.push(...execArgv.slice(i, takesNext ? i + 2 : i + 1));
    isAnyDropped ||= isDropped;
    if (takesNext) i++;
  }
  return isAnyDropped ? kept : undefined;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function isTsx(value: string | undefined): boolean {
  return value !== undefined && /^tsx(\/|$)|[\\/]tsx[\\/]dist[\\/]/.test(value);
}
