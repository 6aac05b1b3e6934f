import { memberKey } from './ast.ts';
import type { Gatherer } from './class-parts.ts';
import type { Code } from './identify.ts';
import type { FreeVariable } from './scopes.ts';

/** What running code as the body of a CommonJS module gives it, and an ES module does not have. */
export const OF_COMMONJS: readonly string[] = ['require', 'module', 'exports', '__filename', '__dirname'];
/** Of these, what is the same wherever it stands. */
export const GIVEN: readonly string[] = ['require', '__filename', '__dirname'];

/** Of `exports`, only what is asked for by name: the rest of a module has no business in the thread. */
export function pick(value: unknown, { references }: FreeVariable, { script }: Code): object | undefined {
  const picked: Record<string, unknown> = {};
  for (const { node } of references) {
    const parent = script.scopes.parents.get(node);
    if (parent?.type !== 'MemberExpression' || parent.object !== node || parent.computed) return undefined;
    if (parent.property.type === 'Identifier') {
      const { name } = parent.property;
      picked[name] = (Object(value) as Record<string, unknown>)[name];
    }
  }
  return picked;
}

/** `require.main` is the script that the program was started with; a thread was started with another. */
export function refuseMain(gatherer: Gatherer, { name, references }: FreeVariable, code: Code): void {
  const main = references
    .map(({ node }) => code.script.scopes.parents.get(node))
    .find((parent) => parent?.type === 'MemberExpression' && memberKey(parent) === 'main');
  if (!main) return;
  throw gatherer.refuse(
    code,
    main,
    `it uses \`${name}.main\`, the script that the program was started with, and threads were started with another`,
    'Put what it needs of that into a variable, and use the variable',
  );
}
