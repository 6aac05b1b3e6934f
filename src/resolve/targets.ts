import type { AnyNode } from 'acorn';

/** Where code speaks of a variable, or of a field that is like one. */
export interface Mention {
  readonly node: AnyNode;
  readonly writes: boolean;
}

/** Whether something is written to where it stands: assigned, counted, deleted, or filled by a pattern. */
export function isTarget(node: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  const parent = parents.get(node);
  switch (parent?.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === node;
    case 'UpdateExpression':
    case 'ArrayPattern':
    case 'RestElement':
      return true;
    case 'UnaryExpression':
      return parent.operator === 'delete';
    case 'ChainExpression':
      return parents.get(parent)?.type === 'UnaryExpression' && isTarget(parent, parents);
    case 'Property':
      return parent.value === node && parents.get(parent)?.type === 'ObjectPattern';
    default:
      return false;
  }
}
