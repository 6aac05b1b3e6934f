import type { Measured, Question, Row, Setting, Spread } from './question.ts';
import { type Sample, takeSample } from './take-sample.ts';

export interface Rounds {
  readonly node: string;
  readonly nRounds: number;
  /** Told before each sample. */
  readonly onSample: (round: number, row: Row) => void;
}

/** Every row once a round, so that what changes on the machine meanwhile meets them all. */
export async function measure(
  question: Question,
  setting: Setting,
  { node, nRounds, onSample }: Rounds,
): Promise<Measured[]> {
  const taken = question
    .rows(setting)
    .map((row) => ({ row, samples: [] as Sample[], error: undefined as string | undefined }));
  for (let round = 0; round < nRounds; round++) {
    for (const entry of taken) {
      if (entry.error !== undefined) continue;
      onSample(round, entry.row);
      try {
        entry.samples.push(await takeSample(node, { threads: setting.threads, ...entry.row.spec }));
      } catch (error) {
        entry.error = (error as Error).message;
      }
    }
  }
  return taken.map(({ row, samples, error }) => ({
    label: row.label,
    group: row.group ?? '',
    metrics: error === undefined ? spreadsOf(samples) : {},
    nRounds: samples.length,
    isNoisy: samples.filter(({ isNoisy }) => isNoisy).length * 2 > samples.length,
    error,
  }));
}

function spreadsOf(samples: readonly Sample[]): Record<string, Spread> {
  const names = Object.keys(samples[0]?.metrics ?? {});
  return Object.fromEntries(
    names.map((name) => [name, spreadOf(samples.map(({ metrics }) => metrics[name]!))]),
  );
}

function spreadOf(values: number[]): Spread {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  const median = values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
  return { median, least: values[0]!, most: values.at(-1)! };
}
