import type { AnyNode } from 'acorn';
import type { JobRunnerError } from '../errors.ts';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { memberKey } from './ast.ts';
import type { Closure, Unit } from './closure.ts';
import { speaksOfAny } from './names-said.ts';
import { ownValue } from './natives.ts';
import { placeInFile } from './parsed-script.ts';
import { ValueFlow } from './value-flow.ts';
import { notPortable } from './ways-out.ts';
import { type Doubt, FINDING_PROTOTYPES } from './writes.ts';

/**
 * Refuses functions that write to globals, or to what is in one, `Array.prototype` say: each thread has its own. What
 * the text cannot tell comes back as doubts, for those who run the jobs to look at.
 *
 * @throws JobRunnerError `WORKER_NOT_PORTABLE` naming the global, and the line.
 */
export function findGlobalWrites(target: AnyFunction, closure: Closure): Doubt[] {
  const doubts = new Map<string, Doubt>();
  for (const unit of closure.units) {
    for (const free of unit.code.free) {
      // Those that the program has added travel, as variables do.
      if (free.binding || unit.live.has(free)) continue;
      const { name, references } = free;
      const refuse = (node: AnyNode, { code: { script } }: Unit) => {
        if (name === 'process' && !isExitCode(node)) return;
        const written = script.source.slice(node.start, node.end);
        const isPath = node.type === 'MemberExpression' && written.startsWith(name);
        const path = isPath ? written.replace(/^global(?:This)?\./, '') : name;
        throw writesToGlobal(target, `the global \`${path}\``, `at ${placeInFile(script, node.start)}`);
      };
      const doubt = (node: AnyNode, { code: { script } }: Unit) => {
        if (doubts.has(name) || name === 'process') return;
        const where = `in what is called at ${placeInFile(script, node.start)}`;
        const { message } = writesToGlobal(target, `the global \`${name}\``, where);
        doubts.set(name, doubtOf([name], message));
      };
      const flow = new ValueFlow(closure, target, { assign: refuse, write: refuse, doubt });
      const value = name === 'process' ? PROCESS : ownValue(globalThis, name);
      for (const reference of references) {
        if (reference.writes || !isOnlyCalled(reference.node, unit)) flow.follow(reference, unit, value);
      }
    }
  }
  if (!speaksOfAny(closure, UNNAMED)) return [...doubts.values()];
  const { message } = writesToGlobal(target, 'a global that it does not name', 'when its jobs run');
  return [...doubts.values(), doubtOf(WITH_LITERALS, message)];
}

/** Stands for `process`, of which a thread has one to set up for a library: nothing that it holds is followed. */
const PROCESS = {};

/** A thread's own ends nothing but the thread. */
function isExitCode(node: AnyNode): boolean {
  return node.type === 'MemberExpression' && memberKey(node) === 'exitCode';
}

function doubtOf(names: readonly string[], message: string): Doubt {
  return { value: undefined, origin: { type: 'globals', names }, message };
}

function writesToGlobal(target: AnyFunction, which: string, where: string): JobRunnerError {
  return notPortable(
    target,
    `it writes to ${which} (${where}), of which each thread has one of its own`,
    'Return what is new from the job; what a thread keeps from job to job, keep in an instance of a ParallelWorker',
  );
}

/** Names by which code comes to what globals have without naming one: `[].constructor`, `new Function('...')`. */
const UNNAMED = [...FINDING_PROTOTYPES, 'constructor', 'Function', '__defineGetter__'];
/** What values that code can write down inherit from; and the names of all globals. */
const WITH_LITERALS = [
  ...['globalThis', 'Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'RegExp', 'Promise'],
  ...['Map', 'Set', 'Error', 'Date', 'Math'],
];

/** `Math.floor(x)`, `new Map()`: nearly all that is ever done with globals, and nothing happens to them. */
function isOnlyCalled(node: AnyNode, { code }: Unit): boolean {
  const { parents } = code.script.scopes;
  const parent = parents.get(node);
  const callee = parent?.type === 'MemberExpression' && parent.object === node ? parent : node;
  const call = parents.get(callee);
  return (call?.type === 'CallExpression' || call?.type === 'NewExpression') && call.callee === callee;
}
