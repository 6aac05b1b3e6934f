import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/reporters/${name}`, import.meta.url));

const folder = join(tmpdir(), `parajob-terminal-${process.pid}`);
const SOCKET = join(folder, 'tmux');
const tmux = async (...args: string[]) =>
  (await run('tmux', ['-S', SOCKET, '-f', '/dev/null', ...args])).stdout;
const hasTmux = spawnSync('tmux', ['-V']).status === 0;

describe.skipIf(!hasTmux)('on a real terminal', () => {
  beforeAll(async () => {
    mkdirSync(folder, { mode: 0o700 });
    await tmux('new-session', '-d', '-x', '100', '-y', '200', '-s', 'keeper', 'cat');
  });
  afterAll(async () => {
    await tmux('kill-server');
    rmSync(folder, { recursive: true });
  });

  const screen = async (name: string) =>
    (await tmux('capture-pane', '-p', '-t', name))
      .split('\n')
      .map((line) => line.trimEnd())
      .filter(Boolean);

  async function startNoisyRun(name: string): Promise<void> {
    const program = `'${process.execPath}' '${fixture('noisy-run.mjs')}' ${name}`;
    const command = `trap : INT; ${program}; tmux -S '${SOCKET}' wait-for -S ${name}; cat`;
    await tmux('new-session', '-d', '-x', '100', '-y', '200', '-s', name, `sh -c "${command}"`);
  }

  async function waitForRow(name: string, text: string): Promise<string[]> {
    let lines = await screen(name);
    while (!lines.some((line) => line.includes(text))) lines = await screen(name);
    return lines;
  }

  const saidAbout = (job: number) => [
    `worker says ${job}`,
    `program says ${job}`,
    'in pieces',
    `[warn] worker 0, job ${job}: odd`,
  ];
  const allJobs = Array.from({ length: 10 }, (_, job) => job);

  it('every line of program, worker and log is whole, and the bar is below them once', async () => {
    await startNoisyRun('fulfilled');
    await tmux('wait-for', 'fulfilled');
    const lines = await screen('fulfilled');
    expect(lines.slice(-2)).toEqual([expect.stringMatching(/^noisy .*100 % \| 10\/10/), 'after the run']);
    expect(lines.slice(0, -2).toSorted()).toEqual(allJobs.flatMap(saidAbout).toSorted());
  });

  it('an error that ends the program has lines of its own', async () => {
    await startNoisyRun('thrown');
    await tmux('wait-for', 'thrown');
    const lines = await screen('thrown');
    expect(lines).toContain('Error: mid-run');
    expect(lines.filter((line) => line.startsWith('noisy'))).toEqual([expect.stringMatching(/ms$|s$/)]);
  });

  it('an interrupt leaves cursor and line wrapping as they were', async () => {
    await startNoisyRun('waiting');
    await waitForRow('waiting', '5/10');
    await tmux('send-keys', '-t', 'waiting', 'C-c');
    await tmux('wait-for', 'waiting');
    expect(await tmux('display-message', '-p', '-t', 'waiting', '#{cursor_flag} #{wrap_flag}')).toBe('1 1\n');
  });
});

describe('a process', () => {
  it('ends although a bar is still drawn', async () => {
    await expect(run(process.execPath, [fixture('abandoned-run.mjs')])).resolves.toMatchObject({
      stderr: '',
    });
  });
});
