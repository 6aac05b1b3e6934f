import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import type { Closure, Unit } from './closure.ts';
import { ownValue } from './natives.ts';
import { placeInFile } from './parsed-script.ts';
import { ValueFlow } from './value-flow.ts';
import { notPortable } from './ways-out.ts';

/**
 * Refuses functions that write to globals, or to what is in one, `Array.prototype` say: each thread has its own.
 *
 * @throws JobRunnerError `WORKER_NOT_PORTABLE` naming the global, and the line.
 */
export function refuseGlobalWrites(target: AnyFunction, closure: Closure): void {
  for (const unit of closure.units) {
    for (const free of unit.code.free) {
      // Those that the program has added travel, as variables do.
      if (free.binding || unit.live.has(free)) continue;
      const refuse = (node: AnyNode, { code: { script } }: Unit) => {
        const written = script.source.slice(node.start, node.end);
        const isPath = node.type === 'MemberExpression' && written.startsWith(free.name);
        const path = isPath ? written.replace(/^global(?:This)?\./, '') : free.name;
        throw notPortable(
          target,
          `it writes to the global \`${path}\` (at ${placeInFile(script, node.start)}), of which each thread has one of its own`,
          'Return what is new from the job; what a thread keeps from job to job, keep in an instance of a ParallelWorker',
        );
      };
      // No code that is handed a global changes it behind its caller's back.
      const flow = new ValueFlow(closure, target, { assign: refuse, write: refuse, doubt: () => {} });
      // Not what is behind a getter, such as `process`, whose environment a thread may set up for a library.
      const value = ownValue(globalThis, free.name);
      for (const reference of free.references) {
        if (reference.writes || !isOnlyCalled(reference.node, unit)) flow.follow(reference, unit, value);
      }
    }
  }
}

/** `Math.floor(x)`, `new Map()`: nearly all that is ever done with globals, and nothing happens to them. */
function isOnlyCalled(node: AnyNode, { code }: Unit): boolean {
  const { parents } = code.script.scopes;
  const parent = parents.get(node);
  const callee = parent?.type === 'MemberExpression' && parent.object === node ? parent : node;
  const call = parents.get(callee);
  return (call?.type === 'CallExpression' || call?.type === 'NewExpression') && call.callee === callee;
}
