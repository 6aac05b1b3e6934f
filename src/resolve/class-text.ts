import { createRequire } from 'node:module';
import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { nodesIn } from './ast.ts';
import { isClass } from './scopes.ts';

const require = createRequire(import.meta.url);
const parsed = new WeakMap<AnyFunction, AnyNode | undefined>();

/** A class and those it extends, the nearest first, as far as they are written in JavaScript. */
export function classesOf(maker: AnyFunction): AnyNode[] {
  const classes: AnyNode[] = [];
  for (
    let at: unknown = maker;
    typeof at === 'function' && at !== Function.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    const node = classNode(at as AnyFunction);
    if (node) classes.push(node);
  }
  return classes;
}

/** Whether instances have members that only the class's own code can reach, and so nobody can copy. */
export function hasPrivateState(maker: AnyFunction): boolean {
  return classesOf(maker).some(
    (node) =>
      isClass(node) &&
      node.body.body.some(
        (member) => 'key' in member && member.key.type === 'PrivateIdentifier' && !member.static,
      ),
  );
}

/** The class as its own text has it, away from its script. */
function classNode(maker: AnyFunction): AnyNode | undefined {
  if (parsed.has(maker)) return parsed.get(maker);
  const text = Function.prototype.toString.call(maker);
  const node = text.startsWith('class') ? parseExpression(text) : undefined;
  parsed.set(maker, node);
  return node;
}

function parseExpression(text: string): AnyNode | undefined {
  const acorn: typeof import('acorn') = require('acorn');
  const program = acorn.parse(`(${text})`, { ecmaVersion: 'latest', sourceType: 'module' });
  for (const node of nodesIn(program)) if (isClass(node)) return node;
  return undefined;
}
