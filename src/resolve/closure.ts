import type { AnyNode } from 'acorn';
import type { AnyFunction, ImportOrigin, Link, Origin } from '../protocol/worker-reference.ts';
import { contains } from './ast.ts';
import { type CapturedVariable, portValue } from './captured-values.ts';
import { describeClass, type Gatherer, linkProperties, usedByMaking } from './class-parts.ts';
import { GIVEN, OF_COMMONJS, pick, refuseMain } from './commonjs.ts';
import type { Edit } from './edits.ts';
import { everywhere } from './everywhere.ts';
import { isAnyHidden, isOnlyCalled, standIn } from './function-around.ts';
import { isStandard, symbolEverywhere } from './globals.ts';
import { type Code, codeOf, identify } from './identify.ts';
import { type LiveVariable, LiveVariables } from './live-variables.ts';
import { makingOrder } from './making-order.ts';
import { findMethod, isNative } from './natives.ts';
import { nameInFile, placeInFile } from './parsed-script.ts';
import { remade } from './remade.ts';
import { type Callable, type FreeVariable, isClass } from './scopes.ts';
import { baseUrl, givenVariable, importedVariable, META } from './script-imports.ts';
import type { PrivateField } from './static-private.ts';
import { isUnreached } from './uninitialized.ts';
import { exportIt, givenName, notPortable } from './ways-out.ts';

/** One function or class that travels as source. */
export interface Unit {
  readonly target: AnyFunction;
  /** The function whose scopes have its variables: itself, or one that was made in it. */
  readonly seenFrom: AnyFunction;
  readonly code: Code;
  readonly edits: readonly Edit[];
  readonly variables: readonly { readonly name: string; readonly origin: Origin }[];
  /** The value of each variable that is not imported, for finding out who writes to it. */
  readonly live: ReadonlyMap<FreeVariable, unknown>;
  readonly privates: readonly PrivateField[];
}

/** Everything that a function takes along. */
export interface Closure {
  readonly units: readonly Unit[];
  readonly main: number;
  readonly values: readonly CapturedVariable[];
  readonly links: readonly Link[];
}

/**
 * Gathers what a function refers to, as it is now: imports are imported again; functions and classes travel as
 * source, each with surroundings of its own; every other variable travels by value.
 *
 * @throws JobRunnerError `WORKER_NOT_PORTABLE` naming what can do neither.
 */
export function gatherClosure(target: AnyFunction, code: Code): Closure {
  const gathering = new Gathering(target);
  const { index } = gathering.unit(target, code);
  gathering.finish();
  const order = gathering.inOrder();
  if (order.every((old, now) => old === now)) {
    const { units, values, links } = gathering;
    return { units, main: index, values, links };
  }
  const place = new Map(order.map((old, now) => [old, now]));
  const moved = (origin: Origin): Origin =>
    origin.type === 'unit' ? { type: 'unit', index: place.get(origin.index)! } : origin;
  return {
    units: order.map((old) => {
      const unit = gathering.units[old]!;
      return {
        ...unit,
        variables: unit.variables.map(({ name, origin }) => ({ name, origin: moved(origin) })),
      };
    }),
    main: place.get(index)!,
    values: gathering.values,
    links: gathering.links.map((link) => ({ ...link, holder: moved(link.holder), to: moved(link.to) })),
  };
}

class Gathering implements Gatherer {
  readonly units: Unit[] = [];
  readonly values: CapturedVariable[] = [];
  readonly links: Link[] = [];
  readonly target: AnyFunction;
  readonly #functions = new Map<AnyFunction, Origin>();
  readonly #objects = new Map<object, Origin>();
  readonly #remade = new Map<object, Origin>();
  /** Functions around others, by the function from which their variables are seen. */
  readonly #around = new Map<AnyFunction, ReadonlyMap<Callable, AnyFunction>>();
  /** For each class, what its static parts use when it is made. */
  readonly #eager = new Map<number, readonly Origin[]>();

  constructor(target: AnyFunction) {
    this.target = target;
  }

  unit(target: AnyFunction, code: Code, seenFrom = target): Origin & { type: 'unit' } {
    const index = this.units.length;
    const origin = { type: 'unit', index } as const;
    this.#functions.set(target, origin);
    // Its place is taken before its variables are looked at: they may lead back to it.
    this.units.push({ target, seenFrom, code, edits: [], variables: [], live: new Map(), privates: [] });
    if (code.obstacle) throw this.refuse(code, code.obstacle.node, code.obstacle.what, code.obstacle.wayOut);
    this.units[index] = this.#describe(target, seenFrom, code, index);
    return origin;
  }

  /** Values lead to functions, whose variables are values. */
  finish(): void {
    const port = portValue({
      values: this.values,
      links: this.links,
      functionAt: (fn, variable, path) => this.#function(fn, variable, path),
      notCloned: (object, variable) => this.#notCloned(object, variable),
      refuse: (variable, what, wayOut) => this.refuseValue(variable, what, wayOut),
    });
    for (let i = 0; i < this.values.length; i++) this.values[i] = port(this.values[i]!);
  }

  inOrder(): number[] {
    if (this.units.length === 1) return [0];
    return makingOrder(
      this.units.map(({ code: { node, callable }, variables }, index) => {
        const isAClass = isClass(callable);
        const used = isAClass ? (this.#eager.get(index) ?? []) : variables.map(({ origin }) => origin);
        const uses = used.flatMap((origin) => (origin.type === 'unit' ? [origin.index] : []));
        return { start: node.start, isClass: isAClass, uses };
      }),
    );
  }

  #describe(target: AnyFunction, seenFrom: AnyFunction, code: Code, index: number): Unit {
    const edits: Edit[] = [];
    const variables: { name: string; origin: Origin }[] = [];
    const live = new Map<FreeVariable, unknown>();
    const around = new LiveVariables(seenFrom, code.script);
    const description = { target, code, index, edits, variables };
    let privates: readonly PrivateField[] = [];
    if (isClass(code.callable)) {
      privates = describeClass(this, description, around);
    } else {
      linkProperties(this, description, new Map());
      // On its own, a method is what it is whatever its key.
      const { node } = code;
      if ('key' in node && 'computed' in node && node.computed)
        edits.push(otherKey(node.key, givenName(target)));
    }
    if (code.usesMeta) refuseOwnMeta(this, code);
    for (const variable of code.free) {
      const references = variable.references.filter(({ node }) => !isCut(node, edits));
      if (references.length === 0) continue;
      const origin = this.#origin({ ...variable, references }, target, seenFrom, code, around, live, edits);
      if (origin) variables.push({ name: variable.name, origin });
    }
    if (code.usesMeta)
      variables.push({ name: META, origin: { type: 'import-meta', url: baseUrl(code.script) } });
    this.#eager.set(index, usedByMaking(description));
    return { target, seenFrom, code, edits, variables, live, privates };
  }

  #origin(
    free: FreeVariable,
    target: AnyFunction,
    seenFrom: AnyFunction,
    code: Code,
    around: LiveVariables,
    live: Map<FreeVariable, unknown>,
    edits: Edit[],
  ): Origin | undefined {
    const { name, binding } = free;
    const { script, callable } = code;
    if (binding) {
      const imported = importedVariable(binding, script);
      if (imported)
        return binding.statement.type === 'ImportDeclaration'
          ? this.#following(imported, free, code)
          : imported;
      const given = givenVariable(binding, script);
      if (given?.type === 'require') refuseMain(this, free, code);
      if (given) return given;
    } else if (script.isModule && OF_COMMONJS.includes(name) && !(name in globalThis)) {
      return this.value(undefined, { name, value: undefined, free, code });
    } else if (GIVEN.includes(name)) {
      if (name === 'require') refuseMain(this, free, code);
      return undefined;
    }
    const mention = free.references[0]!.node;
    const named =
      binding?.kind === 'function' && binding.node.type === 'FunctionExpression' ? binding.node : undefined;
    // Within an expression its own name means itself, whatever else is called so.
    if (named !== undefined && named === callable) return undefined;
    // From inside V8 shows no scope for it, but further out there may be something else of that name.
    const found = named === undefined ? around.read(name, binding) : ABSENT;
    const isUnset = found.state === 'value' && found.value === undefined;
    if (found.state === 'uninitialized' || (isUnset && binding && isUnreached(binding, script))) {
      throw this.refuse(
        code,
        mention,
        `it uses ${this.#declaration(free, code)}, which has no value yet`,
        'Start the run after the variable has been given its value',
      );
    }
    if (found.state === 'absent') {
      if (!binding) return this.#global(free, code, live);
      if (named !== undefined) return this.#functionAround(free, named, seenFrom, code, live);
      throw this.refuse(
        code,
        mention,
        `the value of ${this.#declaration(free, code)} cannot be read`,
        exportIt(this.target),
      );
    }
    let { value } = found;
    if (
      callable.type !== 'ArrowFunctionExpression' &&
      callable.id?.name === name &&
      callable === binding?.node
    ) {
      // As an expression it names itself; unless the variable means something else by now.
      if (value === target) return undefined;
      edits.push({ start: callable.id.start, end: callable.id.end, text: '' });
    }
    if (!binding && name === 'module' && !script.isModule) {
      throw this.refuse(
        code,
        mention,
        'it uses `module`, which is the script itself, and a thread runs no script',
        'Put what it needs of that into a variable, and use the variable',
      );
    }
    if (!binding && name === 'exports') value = pick(value, free, code) ?? value;
    const origin = this.value(value, { name, value, free, code });
    // As with what is imported by name, what a thread does to its module is its own affair.
    if (origin.type !== 'import') live.set(free, value);
    return origin;
  }

  /** The variables of an `import` statement follow their modules, but for the namespace: that is the module. */
  #following(origin: ImportOrigin, free: FreeVariable, code: Code): ImportOrigin {
    if (origin.path.length === 0) return origin;
    const { message } = notPortable(
      this.target,
      `it uses ${this.#declaration(free, code)}, whose module has given it another value while jobs ran, which they do not see`,
      `Import the whole module, as in \`import * as lib from '${origin.specifier}'\`, and use \`lib.${origin.path[0]}\``,
    );
    return { ...origin, ifChanged: message };
  }

  #global(free: FreeVariable, code: Code, live: Map<FreeVariable, unknown>): Origin | undefined {
    const { name } = free;
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
    // What the program has added to the globals is a variable like others.
    if (!descriptor || !('value' in descriptor) || isStandard(name, descriptor.value)) return undefined;
    live.set(free, descriptor.value);
    return this.value(descriptor.value, { name, value: descriptor.value, free, code });
  }

  /**
   * `function g() { return () => g() }`: no scope shows what `g` is to the inner function. But its text is known, and
   * its variables are seen from there; and where it is only called, a function made again of those is as good.
   */
  #functionAround(
    free: FreeVariable,
    callable: Callable,
    seenFrom: AnyFunction,
    code: Code,
    live: Map<FreeVariable, unknown>,
  ): Origin {
    const known = this.#around.get(seenFrom)?.get(callable);
    const fn = known ?? standIn(callable);
    live.set(free, fn);
    if (known) return this.#functions.get(known)!;
    const around = codeOf(code.script, callable);
    if (!isOnlyCalled(free, code) || isAnyHidden(around, free)) {
      throw this.refuse(
        code,
        free.references[0]!.node,
        `it uses ${this.#declaration(free, code)}, the function around it, which cannot be seen from inside`,
        `Give that function to a variable, as in \`const ${free.name} = function () { ... }\`, and leave out its own name`,
      );
    }
    this.#around.set(seenFrom, new Map([...(this.#around.get(seenFrom) ?? []), [callable, fn]]));
    return this.unit(fn, around, seenFrom);
  }

  value(value: unknown, variable: CapturedVariable): Origin {
    if (typeof value === 'function') return this.#function(value as AnyFunction, variable, '');
    const symbol = typeof value === 'symbol' ? symbolEverywhere(value) : undefined;
    if (symbol) return symbol;
    const isObject = typeof value === 'object' && value !== null;
    if (!isObject) return this.#newValue(variable);
    const known = this.#objects.get(value);
    if (known) return known;
    const origin = this.#notCloned(value, variable) ?? this.#newValue(variable);
    this.#objects.set(value, origin);
    return origin;
  }

  /** What a thread has by itself, or makes again. */
  #notCloned(object: object, variable: CapturedVariable): Origin | undefined {
    const there = this.#remade.get(object) ?? everywhere(object, baseUrl(variable.code.script));
    const again = there ? undefined : remade(object);
    if (!again) return there;
    const origin = this.#newValue({ ...variable, value: again.args });
    this.links.push({ holder: origin, place: { type: 'made', by: again.by }, to: { type: 'null' } });
    this.#remade.set(object, origin);
    return origin;
  }

  #newValue(variable: CapturedVariable): Origin {
    return { type: 'value', index: this.values.push(variable) - 1 };
  }

  #function(fn: AnyFunction, variable: CapturedVariable, path: string): Origin {
    const known = this.#functions.get(fn);
    if (known) return known;
    const method = isNative(fn) ? findMethod(fn) : undefined;
    if (method) return { type: 'reference', reference: method };
    let identity: ReturnType<typeof identify>;
    try {
      identity = identify(fn);
    } catch (cause) {
      const what = `is a function that no thread can find (${cause instanceof Error ? cause.message : cause})`;
      throw this.refuseValue(variable, `\`${variable.name}${path}\` ${what}`, exportIt(this.target));
    }
    if (identity.kind === 'code') return this.unit(fn, identity.code);
    const origin: Origin = { type: 'reference', reference: identity.reference };
    this.#functions.set(fn, origin);
    return origin;
  }

  #declaration({ name, binding, references }: FreeVariable, { script }: Code): string {
    const declared = binding ? `declared at ${placeInFile(script, binding.node.start)}, ` : '';
    const shown = binding ? nameInFile(script, binding.node.start, name) : name;
    return `\`${shown}\` (${declared}used at ${placeInFile(script, references[0]?.node.start ?? 0)})`;
  }

  refuse(code: Code, node: AnyNode, what: string, wayOut: string): Error {
    const through = this.units.find((unit) => unit.code === code)?.target;
    const name = through && through !== this.target ? givenName(through) : '';
    const via = name === '' ? '' : ` in \`${name}\``;
    const at = what.includes('used at') ? '' : ` (at ${placeInFile(code.script, node.start)})`;
    return notPortable(this.target, `${what}${via}${at}`, wayOut);
  }

  refuseValue({ free, code }: CapturedVariable, what: string, wayOut: string): Error {
    const where = free ? `it uses ${this.#declaration(free, code)}, and ` : '';
    return notPortable(this.target, `${where}${what}`, wayOut);
  }
}

const ABSENT: LiveVariable = { state: 'absent' };

/** In the thread `import.meta` is a variable of that name. */
function refuseOwnMeta(gatherer: Gatherer, code: Code): void {
  const own = code.script.scopes.references.find(
    ({ node }) => node.name === META && contains(code.node, node),
  );
  if (own === undefined) return;
  const what = `it uses \`import.meta\` and a variable \`${META}\``;
  throw gatherer.refuse(code, own.node, what, 'Give that variable another name');
}

function otherKey({ start, end }: AnyNode, name: string): Edit {
  const text = JSON.stringify(name);
  return { start, end, text: text.length <= end - start ? text : '0' };
}

function isCut(node: AnyNode, edits: readonly Edit[]): boolean {
  return edits.some(({ start, end }) => start <= node.start && node.end <= end);
}
