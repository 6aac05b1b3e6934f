const PRELOADS = new Set(['--import', '--require', '-r', '--loader', '--experimental-loader']);

/**
 * The Node options of this process that its threads should have. `--input-type` goes with `--eval` and ends a
 * thread at its start; tsx's own preloads cost a thread 100 ms (benchmarks/start-up.ts), and threads register tsx
 * by themselves where they need it.
 */
export function inheritedExecArgv(execArgv: readonly string[] = process.execArgv): string[] {
  const kept: string[] = [];
  for (let i = 0; i < execArgv.length; i++) {
    const [option = '', inline] = splitOnce(execArgv[i]!, '=');
    const takesNext = inline === undefined && (PRELOADS.has(option) || option === '--input-type');
    const value = takesNext ? execArgv[i + 1] : inline;
    const isDropped = option === '--input-type' || (PRELOADS.has(option) && isTsx(value));
    if (!isDropped) kept.push(...execArgv.slice(i, takesNext ? i + 2 : i + 1));
    if (takesNext) i++;
  }
  return kept;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function isTsx(value: string | undefined): boolean {
  return value !== undefined && /^tsx(\/|$)|[\\/]tsx[\\/]dist[\\/]/.test(value);
}
