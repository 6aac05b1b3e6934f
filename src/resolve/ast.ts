import type { AnyNode } from 'acorn';

/** The parts of a node, in no order that matters. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) children.push(child);
  }
  return children;
}

/** Every node within another one, itself included; `into` says where not to look deeper. */
export function* nodesIn(node: AnyNode, into: (node: AnyNode) => boolean = () => true): Generator<AnyNode> {
  yield node;
  if (into(node)) for (const child of childrenOf(node)) yield* nodesIn(child, into);
}

export function contains(outer: AnyNode, inner: AnyNode): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** The name in `a.name`, `a['name']` and `a[7]`; undefined where it is computed. */
export function memberKey(node: AnyNode & { type: 'MemberExpression' }): string | undefined {
  return node.computed ? literalKey(node.property) : keyName(node.property);
}

/** The name of a property, method or field; undefined where it is computed. */
export function propertyKey(node: { readonly key: AnyNode; readonly computed: boolean }): string | undefined {
  return node.computed ? literalKey(node.key) : keyName(node.key);
}

function keyName(key: AnyNode): string | undefined {
  if (key.type === 'Identifier') return key.name;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  return literalKey(key);
}

/** The properties that lead to a name in a pattern: none for the name itself, undefined where they are not plain. */
export function keysTo(pattern: AnyNode, name: string): string[] | undefined {
  if (pattern.type === 'Identifier') return pattern.name === name ? [] : undefined;
  if (pattern.type !== 'ObjectPattern') return undefined;
  for (const property of pattern.properties) {
    if (property.type !== 'Property') continue;
    const key = propertyKey(property);
    const rest = key === undefined ? undefined : keysTo(property.value, name);
    if (key !== undefined && rest) return [key, ...rest];
  }
  return undefined;
}

export function literalKey(key: AnyNode): string | undefined {
  return key.type === 'Literal' && !('regex' in key) ? String(key.value) : undefined;
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}
