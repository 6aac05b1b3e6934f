// From nothing to the first results, and on to the end of the process, as a user's script would go.
import { writeSync } from 'node:fs';

const spec = JSON.parse(process.argv[2]);
if (spec.contestant) {
  const { open } = await import(new URL(`../${spec.contestant}.mjs`, import.meta.url));
  const contestant = await open(spec);
  await contestant.map([3, 4]);
  if (spec.closes) void contestant.close();
}
const { user, system } = process.cpuUsage();
const at = performance.timeOrigin + performance.now();
writeSync(1, `\n${JSON.stringify({ at, processCpuMs: (user + system) / 1000 })}\n`);
