// By symbol: the package may be loaded twice in a thread, by its entry and by the user's module.
const MARK: unique symbol = Symbol.for('parajob.thread') as never;
const realm = globalThis as { [MARK]?: true };

/** Says that this thread is one of ours. */
export function markThread(): void {
  realm[MARK] = true;
}

/** Whether this is one of our threads: a runner used here runs inline, so that nesting cannot oversubscribe. */
export function isInThread(): boolean {
  return realm[MARK] === true;
}
