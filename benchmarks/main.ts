import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, machineLine } from './harness/machine.ts';
import { measure } from './harness/measure.ts';
import { calibrate, installPeers } from './harness/prepare.ts';
import { Measurements, type Question } from './harness/question.ts';
import { barLines, isMet, tables } from './harness/table.ts';
import { questions } from './questions.ts';

const THREADS = 2;
const ROUNDS = 5;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    node: { type: 'string', default: process.execPath },
  },
});

const { quick, node } = options;
const nRounds = options.rounds === undefined ? (quick ? 1 : ROUNDS) : Number(options.rounds);
const chosen = choose(options.only);

installPeers();
const machine = describeMachine(node);
console.log(machineLine(machine));
console.log(
  `${nRounds} ${nRounds === 1 ? 'round' : 'rounds'}, ${THREADS} threads${quick ? ', tiny sizes: these numbers mean little' : ''}`,
);
const setting = { threads: THREADS, quick, roundsPerMicrosecond: await calibrate(node) };
const met: boolean[] = [];
for (const question of chosen) met.push(...(await ask(question)));
console.log(`\n${met.filter(Boolean).length} of ${met.length} bars met`);

/** Asks one question, prints what came of it, and writes it down. Returns which of its bars were met. */
async function ask(question: Question): Promise<boolean[]> {
  console.log(`\n${question.name}: ${question.asks}`);
  const rows = await measure(question, setting, {
    node,
    nRounds,
    onSample: (round, { label, group }) => status(`round ${round + 1}: ${label} ${group ?? ''}`),
  });
  status('');
  const all = new Measurements(rows);
  const bars = question.bars?.(all) ?? [];
  const elsewhere = (question.elsewhere ?? []).map((line) => `  measured elsewhere: ${line}`);
  const text = [tables(question.columns, all), ...elsewhere, barLines(bars)].filter(Boolean).join('\n');
  console.log(text);
  // Tiny sizes say nothing that anybody should keep.
  if (!quick) write(question, all, bars, text);
  return bars.map(isMet);
}

/** For machines, for people, and as pictures. */
function write(question: Question, all: Measurements, bars: readonly object[], text: string): void {
  const folder = fileURLToPath(new URL(`./results/${machine.node.split('.')[0]}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  const { name, asks } = question;
  const result = { name, asks, machine, threads: THREADS, nRounds, bars, rows: all.rows };
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(`${folder}${name}.txt`, `${machineLine(machine)}\n${nRounds} rounds\n\n${asks}\n${text}\n`);
  for (const [file, svg] of Object.entries(question.charts?.(all) ?? {}))
    writeFileSync(`${folder}${file}`, svg);
}

function choose(names: readonly string[] | undefined): readonly Question[] {
  if (names === undefined) return questions.filter(({ isSweep }) => !isSweep);
  const unknown = names.filter((name) => !questions.some((question) => question.name === name));
  if (unknown.length > 0) {
    console.error(
      `no benchmark ${unknown.join(', ')}; there are: ${questions.map(({ name }) => name).join(', ')}`,
    );
    process.exit(2);
  }
  return questions.filter(({ name }) => names.includes(name));
}

/** One line on a terminal, overwritten by the next. */
function status(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
