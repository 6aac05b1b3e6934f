import { writeSync } from 'node:fs';

/** Hands the numbers to the process that asked, and ends: what a pool leaves running is of no interest. */
export function tell(numbers) {
  const { user, system } = process.cpuUsage();
  writeSync(1, `\n${JSON.stringify({ ...numbers, processCpuMs: (user + system) / 1000 })}\n`);
  process.exit();
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
