import type { AnyNode } from 'acorn';
import type { Binding, ScriptScopes } from './scopes.ts';
import { isImported } from './script-imports.ts';

/**
 * Whether a variable can travel as the code that made it: never assigned again, and made by code that gives
 * the same value wherever it runs, such as a function, a literal, `require('./x')`, or what an import has.
 */
export function isConstant(binding: Binding, scopes: ScriptScopes): boolean {
  const { node, name, references } = binding;
  if (node.type !== 'VariableDeclarator' || !node.init || references.some(({ writes }) => writes))
    return false;
  return isTypeScriptHelper(name, node.init) || isPortable(node.init, scopes);
}

function isPortable(node: AnyNode, scopes: ScriptScopes): boolean {
  switch (node.type) {
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
      return true;
    case 'Literal':
      return !('regex' in node);
    case 'TemplateLiteral':
      return node.expressions.length === 0;
    case 'UnaryExpression':
      return isPortable(node.argument, scopes);
    case 'MemberExpression':
      return !node.computed && isPortable(node.object, scopes);
    case 'Identifier': {
      const binding = scopes.referenceAt.get(node)?.binding;
      if (!binding) return !CHANGING.includes(node.name);
      return isImported(binding) || isRequired(binding.node, scopes);
    }
    case 'CallExpression':
      return isLoadingCall(node) && node.arguments.every((argument) => isPortable(argument, scopes));
    default:
      return false;
  }
}

function isRequired(node: AnyNode, scopes: ScriptScopes): boolean {
  return (
    node.type === 'VariableDeclarator' &&
    node.init?.type === 'CallExpression' &&
    isPortable(node.init, scopes)
  );
}

/** `require("x")`, and `__toESM(require("x"))` around it. */
function isLoadingCall({ callee }: AnyNode & { type: 'CallExpression' }): boolean {
  return callee.type === 'Identifier' && (callee.name === 'require' || WRAPPERS.includes(callee.name));
}

/** What esbuild and TypeScript write around functions and required modules. */
const WRAPPERS = ['__name', '__toESM', '__importDefault', '__importStar'];

/** `var __importDefault = (this && this.__importDefault) || function ...` */
function isTypeScriptHelper(name: string, init: AnyNode): boolean {
  if (init.type !== 'LogicalExpression' || init.left.type !== 'LogicalExpression') return false;
  const { right } = init.left;
  return (
    right.type === 'MemberExpression' &&
    right.object.type === 'ThisExpression' &&
    right.property.type === 'Identifier' &&
    right.property.name === name
  );
}

/** Globals that may hold something else in a thread. */
const CHANGING = ['process', 'globalThis', 'global', 'module', 'exports'];
