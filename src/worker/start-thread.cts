/**
 * What piscina runs in a thread. It requires its file, and a thread that is ended while Node requires an ES module takes
 * the process with it (`IsGraphAsync must be used on an instantiated module`); one that imports it just ends.
 */
const entry = import('./thread-entry.js');
// Who awaits it hears of it.
entry.catch(() => {});

type Connect = typeof import('./thread-entry.js', { with: { 'resolution-mode': 'import' }}).default;
const connect = async (start: Parameters<Connect>[0]): Promise<void> => (await entry).default(start);

module.exports = connect;
