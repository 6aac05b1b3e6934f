import type { AnyNode } from 'acorn';
import { contains, nodesIn, propertyKey } from './ast.ts';
import { type Callable, isClass, type ScriptScopes } from './scopes.ts';

/** Something in a function's text that means nothing away from where it was written. */
export interface Obstacle {
  readonly node: AnyNode;
  readonly what: string;
  readonly wayOut: string;
}

const TAKE_IT_OUT =
  'Put what it needs into a variable first, as in `const { rate } = this`, and use that variable';

/**
 * What ties a function to its place other than by variables: `this` and its kin of the function around it, code
 * that chooses its variables when it runs, members that only the class around it may name.
 *
 * `node` is what is to travel: the function, the class, or the method with its key.
 */
export function findObstacle(node: AnyNode, scopes: ScriptScopes): Obstacle | undefined {
  return (
    accessor(node) ??
    dynamicScope(node, scopes) ??
    outerContext(node, scopes) ??
    privateMember(node, scopes) ??
    suspended(node, scopes)
  );
}

function accessor(node: AnyNode): Obstacle | undefined {
  if (!('kind' in node) || (node.kind !== 'get' && node.kind !== 'set')) return undefined;
  return { node, what: 'it is a getter or setter', wayOut: 'Write an arrow function around it' };
}

function dynamicScope(node: AnyNode, { dynamic, parents, isStrict, program }: ScriptScopes) {
  const obstacle = (at: AnyNode, name: string): Obstacle => ({
    node: at,
    what: `${name} decides only when it runs which variables it means`,
    wayOut: 'Write what it does as plain code',
  });
  for (const inner of dynamic) {
    if (inner.type === 'WithStatement') {
      if (contains(inner, node) || contains(node, inner)) return obstacle(inner, '`with`');
    } else if (contains(node, inner)) return obstacle(inner, '`eval`');
    // In sloppy code it declares variables in the function around it, which may be around ours too.
    else if (!isStrict && contains(functionAround(inner, parents) ?? program, node)) {
      return obstacle(inner, 'an `eval` around it');
    }
  }
  return undefined;
}

function functionAround(node: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): AnyNode | undefined {
  let at = parents.get(node);
  while (at && !at.type.includes('Function')) at = parents.get(at);
  return at;
}

/** `this`, `super`, `arguments` or `new.target` of a function that stays behind. */
function outerContext(node: AnyNode, scopes: ScriptScopes): Obstacle | undefined {
  for (const inner of nodesIn(node, keepsContext)) {
    const name = contextName(inner, scopes);
    if (name !== undefined) {
      return { node: inner, what: `it uses \`${name}\` of the function around it`, wayOut: TAKE_IT_OUT };
    }
    const own = isClass(inner) ? outerParts(inner, inner === node) : [];
    for (const part of own) {
      const found = outerContext(part, scopes);
      if (found) return found;
    }
  }
  if (isMethod(node)) {
    for (const inner of nodesIn(node)) {
      if (inner.type === 'Super' && !insideClassOf(node, inner)) {
        return {
          node: inner,
          what: 'it uses `super`, which a method on its own does not have',
          wayOut: 'Hand over the whole class, or write an arrow function around the call',
        };
      }
    }
  }
  return undefined;
}

function contextName(node: AnyNode, { referenceAt }: ScriptScopes): string | undefined {
  if (node.type === 'ThisExpression') return 'this';
  if (node.type === 'Identifier' && node.name === 'arguments' && referenceAt.has(node)) return 'arguments';
  if (node.type === 'MetaProperty' && node.meta.name === 'new') return 'new.target';
  return undefined;
}

/** Whether code within a node has the `this` of the code around it. */
function keepsContext(node: AnyNode): boolean {
  return node.type !== 'FunctionDeclaration' && node.type !== 'FunctionExpression' && !isClass(node);
}

/** What of a class runs where the class stands: names it computes, and its base, unless that travels by value. */
function outerParts(node: Callable & { type: `Class${string}` }, leavesBase: boolean): AnyNode[] {
  const keys = node.body.body.flatMap((member) => ('key' in member && member.computed ? [member.key] : []));
  return node.superClass && !leavesBase ? [node.superClass, ...keys] : keys;
}

export function isMethod(node: AnyNode): boolean {
  return node.type === 'MethodDefinition' || node.type === 'Property';
}

function insideClassOf(outer: AnyNode, inner: AnyNode): boolean {
  for (const node of nodesIn(outer)) {
    if ((isClass(node) || node.type === 'ObjectExpression') && contains(node, inner)) return true;
  }
  return false;
}

function privateMember(node: AnyNode, { parents }: ScriptScopes): Obstacle | undefined {
  for (const inner of nodesIn(node)) {
    if (inner.type !== 'PrivateIdentifier') continue;
    let at: AnyNode | undefined = parents.get(inner) ?? node;
    while (at && contains(node, at) && !(isClass(at) && declares(at, inner.name))) at = parents.get(at);
    if (at && contains(node, at)) continue;
    return {
      node: inner,
      what: `it uses the private member #${inner.name} of the class around it`,
      wayOut: 'Hand over the whole class, or write an arrow function around the call',
    };
  }
  return undefined;
}

function declares(node: Callable & { type: `Class${string}` }, name: string): boolean {
  return node.body.body.some((member) => 'key' in member && propertyKey(member) === `#${name}`);
}

/** `await` or `yield` of the code around a class. */
function suspended(node: AnyNode, { parents }: ScriptScopes): Obstacle | undefined {
  for (const inner of nodesIn(node)) {
    if (inner.type !== 'AwaitExpression' && inner.type !== 'YieldExpression') continue;
    const around = functionAround(inner, parents);
    if (around && contains(node, around)) continue;
    if (isClass(node) && node.superClass && contains(node.superClass, inner)) continue;
    const word = inner.type === 'AwaitExpression' ? 'await' : 'yield';
    return {
      node: inner,
      what: `it has an \`${word}\` of the code around it`,
      wayOut: 'Put what that gives into a variable first, and use the variable',
    };
  }
  return undefined;
}
