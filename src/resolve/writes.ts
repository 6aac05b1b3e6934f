import type { AnyNode } from 'acorn';
import type { JobRunnerError } from '../errors.ts';
import type { AnyFunction, Origin, Watched } from '../protocol/worker-reference.ts';
import { contains, memberKey, nodesIn } from './ast.ts';
import type { Closure, Unit } from './closure.ts';
import { speaksOfAny } from './names-said.ts';
import { nameInFile, placeInFile } from './parsed-script.ts';
import { type Binding, isClass, type Reference } from './scopes.ts';
import { isTarget, type Mention } from './targets.ts';
import { isUnmentioned, methodAround } from './uncalled-methods.ts';
import { ValueFlow } from './value-flow.ts';
import { givenName, notPortable } from './ways-out.ts';

/** A captured value that is handed to code which the analysis does not follow, a library's say. */
export interface Doubt {
  /** The value as it is here, and where a thread has it from. */
  readonly value: unknown;
  readonly origin: Watched['origin'];
  /** What to say, should the value turn out to be another one when the jobs are done. */
  readonly message: string;
}

/**
 * Refuses functions that write to what they have captured: each thread has a copy of its own, so neither the program
 * nor the other threads would see it. Shared memory may be written. What the text cannot tell comes back as doubts,
 * for those who run the jobs to look at.
 *
 * @throws JobRunnerError `WORKER_NOT_PORTABLE` naming the variable, and the line that writes to it.
 */
export function findWrites(target: AnyFunction, closure: Closure): Doubt[] {
  const doubts = new Map<unknown, Doubt>();
  const follow = (
    unit: Unit,
    name: string,
    binding: Binding | undefined,
    value: unknown,
    origin: Origin | undefined,
    references: readonly Mention[],
  ) => {
    const refusal = (ways: readonly string[], note?: string) => {
      if (!binding) return writesTo(target, name, ways.join(', or '), note);
      const { script } = unit.code;
      const { start } = binding.node;
      const where = [`declared at ${placeInFile(script, start)}`, ways.join(', or ')].join(', ');
      return writesTo(target, nameInFile(script, start, name), where, note);
    };
    const wayOf = (node: AnyNode, { code: { script } }: Unit) =>
      `written to at ${placeInFile(script, node.start)}`;
    const refuse = (node: AnyNode, where: Unit) => {
      const method = methodAround(node, where.code.script.scopes.parents);
      const note = method === undefined ? '' : `; \`${method}\` travels along whether a job calls it or not`;
      return refusal([wayOf(node, where)], note);
    };
    const ways: string[] = [];
    const doubt = (way: string) => {
      if (origin === undefined || ways.includes(way)) return;
      if (ways.length < MAX_WAYS) ways.push(way);
      doubts.set(value, { value, origin, message: refusal(ways).message });
    };
    const flow = new ValueFlow(closure, target, {
      assign: (node, where) => {
        throw refuse(node, where);
      },
      write: (node, where) => {
        // A class brings methods along that no job calls. Whether one does all the same, the lane sees by the value.
        if (Object(value) !== value || !isUnmentioned(node, where, closure)) throw refuse(node, where);
        doubt(wayOf(node, where));
      },
      doubt: (node, where) => doubt(`in what is called at ${placeInFile(where.code.script, node.start)}`),
    });
    for (const reference of references) flow.follow(reference, unit, value);
  };
  // Whoever has an instance may find what its class has for all of them.
  const areFound = speaksOfAny(closure, FINDING_PROTOTYPES);
  closure.units.forEach((unit, index) => {
    for (const [free, value] of unit.live) {
      const origin = unit.variables.find(({ name }) => name === free.name)?.origin;
      follow(unit, free.name, free.binding, value, origin, free.references);
    }
    for (const { path, variable, value, mentions } of unit.privates) {
      const origin = unit.variables.find(({ name }) => name === variable)?.origin;
      follow(unit, path, undefined, value, origin, mentions);
    }
    const name = givenName(unit.target) || 'the function';
    follow(unit, name, undefined, unit.target, { type: 'unit', index }, [
      ...ownMentions(unit),
      ...mentionsByOthers(unit),
    ]);
    if (!areFound || !isClass(unit.code.callable)) return;
    const { message } = writesTo(target, `${name}.prototype`, 'when its jobs run');
    doubts.set(unit, { value: unit.target.prototype, origin: { type: 'prototype', index }, message });
  });
  return [...doubts.values()];
}

function writesTo(target: AnyFunction, name: string, where: string, note = ''): JobRunnerError {
  return notPortable(
    target,
    `it writes to \`${name}\` (${where}), of which each thread has a copy of its own${note}`,
    'Return what is new from the job, and put it together where the results arrive; what a job only works with, it can make itself',
  );
}

/** Names by which code finds what objects inherit from. */
export const FINDING_PROTOTYPES: readonly string[] = ['getPrototypeOf', '__proto__'];
/** So many lines are named where a value may be written to; more would bury them. */
const MAX_WAYS = 3;

/** Where a function or class speaks of itself by its own name, but for what makes the class. */
function ownMentions({ code: { callable, selfMentions } }: Unit): readonly Reference[] {
  if (!isClass(callable)) return selfMentions;
  const making = callable.body.body.filter(({ type }) => type === 'StaticBlock');
  return selfMentions.filter(({ node }) => !making.some((part) => contains(part, node)));
}

/** `this.constructor` and `new.target`: the class, or one that extends it. */
function mentionsByOthers({ code: { callable, script } }: Unit): Mention[] {
  if (!isClass(callable)) return [];
  return [...nodesIn(callable)].flatMap((node) => {
    const isConstructor =
      node.type === 'MemberExpression' &&
      node.object.type === 'ThisExpression' &&
      memberKey(node) === 'constructor';
    const isTargetOfNew = node.type === 'MetaProperty' && node.meta.name === 'new';
    return isConstructor || isTargetOfNew ? [{ node, writes: isTarget(node, script.scopes.parents) }] : [];
  });
}
