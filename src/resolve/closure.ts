import type { AnyNode } from 'acorn';
import type { AnyFunction, ImportedVariable } from '../protocol/worker-reference.ts';
import { bindingOf } from './exported-name.ts';
import { type ParsedScript, placeInFile } from './parsed-script.ts';
import { isConstant } from './portable.ts';
import type { Piece } from './prune.ts';
import { type Binding, type Callable, freeVariables, type ScriptScopes } from './scopes.ts';
import { importedVariable, isImportMeta } from './script-imports.ts';
import { exportIt, notLocated } from './ways-out.ts';

/** The parts of a script that a function needs, itself included. */
export interface Closure {
  /** The variable that holds the function once the pieces have run. */
  readonly name: string;
  readonly pieces: readonly Piece[];
  /** Variables that pieces assign without declaring them. */
  readonly variables: readonly string[];
  readonly imports: readonly ImportedVariable[];
  /** Variables that stand for `import.meta`. */
  readonly metas: readonly string[];
}

/**
 * Gathers what a function refers to: imports are imported again; functions, classes and constants travel as
 * source, with what they refer to in turn.
 *
 * @throws JobRunnerError `WORKER_NOT_LOCATED` naming a variable that can do neither.
 */
export function gatherClosure(target: AnyFunction, script: ParsedScript, callable: Callable): Closure {
  const { scopes } = script;
  const pieces: Piece[] = [];
  const variables = new Set<string>();
  const imports: ImportedVariable[] = [];
  const metas = new Set<string>();
  /** By name, as everything lands in one scope. A global has no binding. */
  const taken = new Map<string, Binding | undefined>();

  const own = bindingOf(scopes, callable);
  const name = own && canTravel(own) ? own.name : unusedName(scopes);
  if (own?.name === name) take(name, own, callable);
  else {
    variables.add(name);
    pieces.push(standing(callable, name, script));
    takeFree(methodOf(callable, scopes) ?? callable);
  }
  for (const meta of scopes.metas) {
    if (pieces.some(({ start, end }) => start <= meta.start && meta.end <= end)) metas.add('import_meta');
  }
  return { name, pieces, variables: [...variables], imports, metas: [...metas] };

  function takeFree(node: AnyNode): void {
    for (const { name, binding, references } of freeVariables(scopes, node)) {
      take(name, binding, references[0]?.node ?? node);
    }
  }

  function take(name: string, binding: Binding | undefined, user: AnyNode): void {
    if (taken.has(name)) {
      if (taken.get(name) === binding) return;
      throw refusal(name, binding, user, 'shares its name with another variable that it uses');
    }
    taken.set(name, binding);
    if (!binding) return;
    const imported = importedVariable(binding, script);
    if (imported) imports.push(imported);
    else if (isImportMeta(binding)) metas.add(name);
    else if (canTravel(binding)) takeSource(binding);
    else throw refusal(name, binding, user, 'is a value of the program, and does not travel');
  }

  function canTravel({ node, ...binding }: Binding): boolean {
    if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
      return !binding.references.some(({ writes }) => writes);
    }
    return isConstant({ node, ...binding }, scopes);
  }

  function takeSource({ name, node, scope }: Binding): void {
    const { start, end } = node;
    if (node.type !== 'VariableDeclarator') pieces.push({ start, end, before: ';', after: ';' });
    else if (node.id.type === 'Identifier') {
      variables.add(name);
      pieces.push({ start, end, before: ';', after: ';' });
    } else {
      // A pattern brings all its names, and as an assignment it stands in parentheses.
      for (const other of scope.bindings.values()) {
        if (other.node !== node) continue;
        variables.add(other.name);
        taken.set(other.name, other);
      }
      pieces.push({ start, end, before: ';(', after: ');' });
    }
    takeFree(node);
  }

  function refusal(name: string, binding: Binding | undefined, user: AnyNode, why: string): Error {
    const declared = binding ? `declared at ${placeInFile(script, binding.node.start)}, ` : '';
    const used = `used at ${placeInFile(script, user.start)}`;
    return notLocated(target, `it uses \`${name}\` (${declared}${used}), which ${why}`, exportIt(target));
  }
}

/** A function that has no variable of its own, as an assignment to one. */
function standing(callable: Callable, variable: string, { scopes, source }: ParsedScript): Piece {
  const method = methodOf(callable, scopes);
  if (method) {
    const [modifier = ''] = /^static\s+(?!\()/.exec(source.slice(method.start, method.end)) ?? [];
    const start = method.start + modifier.length;
    return { start, end: method.end, before: `;${variable}=Object.values({`, after: '})[0];' };
  }
  // As an argument it gets no name from the variable, in stack traces either.
  return { start: callable.start, end: callable.end, before: `;${variable}=Object(`, after: ');' };
}

/** The `m() {}` of a class or an object literal, which is no expression by itself. */
function methodOf(callable: Callable, scopes: ScriptScopes): AnyNode | undefined {
  const parent = scopes.parents.get(callable);
  const isMethod = parent?.type === 'MethodDefinition' || (parent?.type === 'Property' && parent.method);
  return isMethod && parent.value === callable ? parent : undefined;
}

function unusedName({ references }: ScriptScopes): string {
  const used = new Set(references.map(({ node }) => node.name));
  let name = '$';
  while (used.has(name)) name += '$';
  return name;
}
