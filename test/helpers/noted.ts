/** What jobs note in the thread that they share with a test: closures take no notes, each thread has a copy of its own. */
export const noted: { events?: string[] } = process as object;
