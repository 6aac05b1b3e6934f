import { existsSync, readdirSync } from 'node:fs';
import { JobRunner } from 'parajob';

/** Threads end a little after they were told to. */
const PATIENCE_MS = 10_000;
const TASKS = '/proc/self/task';

/** What the process had before there was any run. */
const before = look();

function look(): { readonly threads: number; readonly handles: readonly string[] } {
  return {
    threads: existsSync(TASKS) ? readdirSync(TASKS).length : 0,
    handles: process.getActiveResourcesInfo().sort(),
  };
}

/** Ends the threads that runners share, and tells what is still there that was not before; in words. */
export async function leftovers(): Promise<string[]> {
  await JobRunner.reset();
  const patience = performance.now() + PATIENCE_MS;
  for (;;) {
    const { threads, handles } = look();
    // One's own timer, from here, is not there at the time of looking.
    const more = handles.filter((handle) => count(handles, handle) > count(before.handles, handle));
    // libuv starts its four threads with the first file that is read.
    const isClean = more.length === 0 && threads <= before.threads + 4;
    if (isClean) return [];
    if (performance.now() > patience) return [`${threads - before.threads} threads more`, ...new Set(more)];
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function count(all: readonly string[], one: string): number {
  return all.filter((other) => other === one).length;
}
