import type { AnyNode } from 'acorn';
import { contains } from './ast.ts';
import { offsetOf, type ParsedScript } from './parsed-script.ts';
import type { Binding } from './scopes.ts';

/** Newer inspectors say so themselves; here a variable that has no value yet looks like one that is undefined. */
const NEEDS_TELLING = Number(process.versions.node.split('.', 1)) < 22;

/**
 * Whether a variable that reads as undefined has not been reached yet: the code that declares it is running, and
 * stands before the declaration.
 */
export function isUnreached({ node, statement, scope }: Binding, script: ParsedScript): boolean {
  if (!NEEDS_TELLING) return false;
  if (node.type === 'ClassDeclaration') return true;
  if (statement.type !== 'VariableDeclaration' || statement.kind === 'var') return false;
  const around = functionAround(scope.node, script);
  return runningIn(script).some((offset) => offset < node.start && innermostAt(offset, script) === around);
}

function functionAround(node: AnyNode, { scopes }: ParsedScript): AnyNode | undefined {
  return innermostAt(node.start, { scopes }, node);
}

function innermostAt(
  offset: number,
  { scopes }: Pick<ParsedScript, 'scopes'>,
  within?: AnyNode,
): AnyNode | undefined {
  let innermost: AnyNode | undefined;
  for (const callable of scopes.callables) {
    const holds = within ? contains(callable, within) : callable.start <= offset && offset < callable.end;
    if (holds && callable.type.includes('Function') && (!innermost || contains(innermost, callable))) {
      innermost = callable;
    }
  }
  return innermost;
}

/** Where in a script the functions on the stack are. */
function runningIn(script: ParsedScript): number[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    Error.prepareStackTrace = (_error, sites) => sites;
    const sites = new Error('where').stack as unknown as readonly NodeJS.CallSite[];
    return sites
      .filter((site) => isOf(site, script))
      .map((site) =>
        offsetOf(script, {
          scriptId: '',
          lineNumber: (site.getLineNumber() ?? 1) - 1,
          columnNumber: (site.getColumnNumber() ?? 1) - 1,
        }),
      );
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  }
}

function isOf(site: NodeJS.CallSite, { url }: ParsedScript): boolean {
  const name = site.getScriptNameOrSourceURL() ?? '';
  return name === url || `file://${name}` === url;
}
