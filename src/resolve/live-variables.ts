import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { memberKey } from './ast.ts';
import { type LiveScope, scopesAround } from './inspector.ts';
import type { ParsedScript } from './parsed-script.ts';
import type { Binding } from './scopes.ts';

/** A variable as it is now. */
export type LiveVariable =
  | { readonly state: 'value'; readonly value: unknown }
  /** Declared further down, and not reached yet. */
  | { readonly state: 'uninitialized' }
  /** In no scope of the function: a global, or nothing at all. */
  | { readonly state: 'absent' };

/** What the variables around a function hold for good: asking for those again would be most of a run's cost. */
const lasting = new WeakMap<AnyFunction, Map<Binding | string, LiveVariable>>();

/** The variables around one function, read when the first is asked for that may hold something else by now. */
export class LiveVariables {
  readonly #target: AnyFunction;
  readonly #script: ParsedScript;
  readonly #lasting: Map<Binding | string, LiveVariable>;
  #scopes: readonly LiveScope[] | undefined;

  constructor(target: AnyFunction, script: ParsedScript) {
    this.#target = target;
    this.#script = script;
    this.#lasting = lasting.get(target) ?? new Map();
    lasting.set(target, this.#lasting);
  }

  /** What `name` means where it stands for `binding`, or without one is not declared in the script. */
  read(name: string, binding: Binding | undefined): LiveVariable {
    const key = binding ?? name;
    const known = this.#lasting.get(key);
    if (known) return known;
    const found = this.#read(name);
    if (isForGood(name, found, binding, this.#script)) this.#lasting.set(key, found);
    return found;
  }

  #read(name: string): LiveVariable {
    this.#scopes ??= scopesAround(this.#target);
    // The innermost first: that is whom the name means.
    const scope = this.#scopes.find((candidate) => Object.hasOwn(candidate, name));
    if (!scope) return { state: 'absent' };
    try {
      return { state: 'value', value: scope[name] };
    } catch {
      return { state: 'uninitialized' };
    }
  }

  /** The value that a name, or a property of one, has now; undefined for any other code. */
  valueAt(node: AnyNode): unknown {
    if (node.type === 'MemberExpression') {
      const key = memberKey(node);
      return key === undefined
        ? undefined
        : (Object(this.valueAt(node.object)) as Record<string, unknown>)[key];
    }
    if (node.type !== 'Identifier') return undefined;
    const found = this.read(node.name, this.#script.scopes.referenceAt.get(node)?.binding);
    if (found.state === 'value') return found.value;
    return found.state === 'absent' ? (globalThis as Record<string, unknown>)[node.name] : undefined;
  }
}

/** Whether the text shows that nobody can ever change what has been read. */
function isForGood(
  name: string,
  found: LiveVariable,
  binding: Binding | undefined,
  script: ParsedScript,
): boolean {
  // `eval` adds variables and writes to them; and what a console has declared, its next line may declare again.
  if (!script.url.startsWith('file:') || script.scopes.dynamic.length > 0) return false;
  // What is no global yet may become one.
  if (found.state === 'absent') return binding === undefined && name in globalThis;
  // What reads as undefined may just not have its value yet.
  return found.state === 'value' && found.value !== undefined && isConstant(binding, script);
}

function isConstant(binding: Binding | undefined, { isModule }: ParsedScript): boolean {
  if (!binding || binding.isDeclaredAgain || binding.references.some(({ writes }) => writes)) return false;
  const { kind, statement, scope } = binding;
  if (kind === 'function' || kind === 'class') return true;
  // In sloppy code `arguments[0] = x` is a write, too.
  if (kind === 'parameter') return (scope.bindings.get('arguments')?.references.length ?? 0) === 0;
  if (statement.type !== 'VariableDeclaration' || statement.kind === 'var') return false;
  // Scripts that are no modules may share what they declare at the top.
  return statement.kind === 'const' || isModule || scope.parent !== undefined;
}
