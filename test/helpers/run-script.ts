import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a program ended, and what it said. */
export interface ScriptEnd {
  readonly exitCode: number | null;
  /** Set if the program had to be ended. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Within this time every script of test/fixtures ends by itself. */
const PATIENCE_MS = 15_000;

/** Runs a script of test/fixtures/scripts as a program of its own. It gets the build of parajob. */
export function runScript(
  name: string,
  args: readonly string[] = [],
  {
    env,
    execArgv = [],
    hear = () => {},
  }: {
    readonly env?: NodeJS.ProcessEnv;
    readonly execArgv?: readonly string[];
    /** Called with all that it has said so far, whenever it says something. */
    readonly hear?: (said: string, script: ChildProcess) => void;
  } = {},
): Promise<ScriptEnd> {
  const script = fileURLToPath(new URL(`../fixtures/scripts/${name}`, import.meta.url));
  const child = spawn(process.execPath, [...execArgv, script, ...args], {
    env: { ...process.env, ...env },
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk;
    hear(said.stdout, child);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, ...said }));
  });
}
