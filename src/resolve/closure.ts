import type { AnyNode } from 'acorn';
import type { AnyFunction, ImportOrigin, Link, Origin } from '../protocol/worker-reference.ts';
import { contains, memberKey, nodesIn, propertyKey } from './ast.ts';
import { type CapturedVariable, portValue } from './captured-values.ts';
import { blank, type Edit } from './edits.ts';
import { functionWritten } from './functions-in-text.ts';
import { type Code, codeOf, identify } from './identify.ts';
import { staticPrivateValues } from './inspector.ts';
import { LiveVariables } from './live-variables.ts';
import { findMethod, isNative } from './natives.ts';
import { placeInFile } from './parsed-script.ts';
import { type Callable, type FreeVariable, isClass, type Scope } from './scopes.ts';
import { baseUrl, importedVariable, isImportMeta, isVitestImport, META, viteRoot } from './script-imports.ts';
import { type StaticPrivate, staticPrivates } from './static-private.ts';
import { findObstacle, isMethod } from './surroundings.ts';
import { isUnreached } from './uninitialized.ts';
import { exportIt, notPortable } from './ways-out.ts';

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

/** A static private field of a class: a variable, as it were, that its initialiser reads. */
export interface PrivateField {
  /** `Class.#name` */
  readonly path: string;
  readonly variable: string;
  readonly value: unknown;
  readonly mentions: StaticPrivate['mentions'];
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

class Gathering {
  readonly units: Unit[] = [];
  readonly values: CapturedVariable[] = [];
  readonly links: Link[] = [];
  readonly #target: AnyFunction;
  readonly #functions = new Map<AnyFunction, Origin>();
  readonly #objects = new Map<object, Origin>();
  /** Functions around others, by the function from which their variables are seen. */
  readonly #around = new Map<AnyFunction, ReadonlyMap<Callable, AnyFunction>>();
  /** For each class, what its static parts use when it is made. */
  readonly #eager = new Map<number, readonly Origin[]>();

  constructor(target: AnyFunction) {
    this.#target = target;
  }

  unit(target: AnyFunction, code: Code, seenFrom = target): Origin & { type: 'unit' } {
    const index = this.units.length;
    const origin = { type: 'unit', index } as const;
    this.#functions.set(target, origin);
    // Its place is taken before its variables are looked at: they may lead back to it.
    this.units.push({ target, seenFrom, code, edits: [], variables: [], live: new Map(), privates: [] });
    if (code.obstacle) throw this.#refuse(code, code.obstacle.node, code.obstacle.what, code.obstacle.wayOut);
    this.units[index] = this.#describe(target, seenFrom, code, index);
    return origin;
  }

  /** Values lead to functions, whose variables are values. */
  finish(): void {
    const port = portValue({
      values: this.values,
      links: this.links,
      functionAt: (fn, variable, path) => this.#function(fn, variable, path),
      refuse: (variable, what, wayOut) => this.#refuseValue(variable, what, wayOut),
    });
    for (let i = 0; i < this.values.length; i++) this.values[i] = port(this.values[i]!);
  }

  /** Functions anywhere, classes after what their static parts use. */
  inOrder(): number[] {
    const order = new Set<number>();
    const indices = this.units.map((_, index) => index);
    const starts = (a: number, b: number) => this.units[a]!.code.node.start - this.units[b]!.code.node.start;
    const visited = new Set<number>();
    const visit = (index: number, isEager: boolean) => {
      const isAClass = isClass(this.units[index]!.code.callable);
      const key = isAClass ? index : -1 - index;
      if (visited.has(key)) return;
      visited.add(key);
      const uses = isAClass ? (this.#eager.get(index) ?? []) : isEager ? this.#variablesOf(index) : [];
      for (const origin of uses) if (origin.type === 'unit') visit(origin.index, true);
      order.add(index);
    };
    for (const index of indices.sort(starts)) visit(index, false);
    return [...order];
  }

  #variablesOf(index: number): Origin[] {
    return this.units[index]!.variables.map(({ origin }) => origin);
  }

  #describe(target: AnyFunction, seenFrom: AnyFunction, code: Code, index: number): Unit {
    const edits: Edit[] = [];
    const variables: { name: string; origin: Origin }[] = [];
    const live = new Map<FreeVariable, unknown>();
    const around = new LiveVariables(seenFrom);
    let privates: PrivateField[] = [];
    if (isClass(code.callable)) {
      this.#describeClass(target, code, index, around, edits, variables);
      privates = this.#staticPrivates(target, code, edits, variables);
    } else {
      this.#ownProperties(target, code, index, []);
      // On its own, a method is what it is whatever its key.
      const { node } = code;
      if ('key' in node && 'computed' in node && node.computed) edits.push(otherKey(node.key, target.name));
    }
    for (const variable of code.free) {
      const references = variable.references.filter(({ node }) => !isCut(node, edits));
      if (references.length === 0) continue;
      const origin = this.#origin({ ...variable, references }, target, seenFrom, code, around, live, edits);
      if (origin) variables.push({ name: variable.name, origin });
    }
    if (code.usesMeta)
      variables.push({ name: META, origin: { type: 'import-meta', url: baseUrl(code.script) } });
    if (isClass(code.callable)) this.#noteEager(code, index, variables);
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
    const url = baseUrl(script);
    if (binding) {
      const imported = importedVariable(binding, script);
      if (imported)
        return binding.statement.type === 'ImportDeclaration'
          ? this.#following(imported, free, code)
          : imported;
      if (isImportMeta(binding)) return { type: 'import-meta', url };
      if (isVitestImport(binding)) return { type: 'vitest-import', url, root: viteRoot() ?? '' };
    } else if (GIVEN.includes(name)) return undefined;
    const mention = free.references[0]!.node;
    const found = around.read(name);
    const isUnset = found.state === 'value' && found.value === undefined;
    if (found.state === 'uninitialized' || (isUnset && binding && isUnreached(binding, script))) {
      throw this.#refuse(
        code,
        mention,
        `it uses ${this.#declaration(free, code)}, which has no value yet`,
        'Start the run after the variable has been given its value',
      );
    }
    if (found.state === 'absent') {
      if (!binding) return this.#global(free, code, live);
      if (binding.kind === 'function' && binding.node.type === 'FunctionExpression') {
        return this.#functionAround(free, binding.node, seenFrom, code, live);
      }
      throw this.#refuse(
        code,
        mention,
        `the value of ${this.#declaration(free, code)} cannot be read`,
        exportIt(this.#target),
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
    if (!binding && name === 'exports') value = pick(value, free, code) ?? value;
    live.set(free, value);
    return this.#value(value, { name, value, free, code });
  }

  /** The variables of an `import` statement follow their modules, but for the namespace: that is the module. */
  #following(origin: ImportOrigin, free: FreeVariable, code: Code): ImportOrigin {
    if (origin.path.length === 0) return origin;
    const { message } = notPortable(
      this.#target,
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
    return this.#value(descriptor.value, { name, value: descriptor.value, free, code });
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
      throw this.#refuse(
        code,
        free.references[0]!.node,
        `it uses ${this.#declaration(free, code)}, the function around it, which cannot be seen from inside`,
        `Give that function to a variable, as in \`const ${free.name} = function () { ... }\`, and leave out its own name`,
      );
    }
    this.#around.set(seenFrom, new Map([...(this.#around.get(seenFrom) ?? []), [callable, fn]]));
    return this.unit(fn, around, seenFrom);
  }

  #value(value: unknown, variable: CapturedVariable): Origin {
    if (typeof value === 'function') return this.#function(value as AnyFunction, variable, '');
    const isObject = typeof value === 'object' && value !== null;
    const known = isObject ? this.#objects.get(value) : undefined;
    if (known) return known;
    const global = isObject ? globalName(value) : undefined;
    const origin: Origin =
      global === undefined
        ? { type: 'value', index: this.values.push(variable) - 1 }
        : { type: 'global', name: global };
    if (isObject) this.#objects.set(value, origin);
    return origin;
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
      throw this.#refuseValue(variable, `\`${variable.name}${path}\` ${what}`, exportIt(this.#target));
    }
    if (identity.kind === 'code') return this.unit(fn, identity.code);
    const origin: Origin = { type: 'reference', reference: identity.reference };
    this.#functions.set(fn, origin);
    return origin;
  }

  /** A class is made again from its text, but what is in its static fields is what they hold now. */
  #describeClass(
    target: AnyFunction,
    code: Code,
    index: number,
    around: LiveVariables,
    edits: Edit[],
    variables: { name: string; origin: Origin }[],
  ): void {
    const { callable, script } = code;
    if (!isClass(callable)) return;
    const { source } = script;
    const base: unknown = Object.getPrototypeOf(target);
    if (
      callable.superClass &&
      !isImported(callable.superClass, code) &&
      liveAt(callable.superClass, around) !== base
    ) {
      // `extends mixin(Base)` made a class of its own; and a name may be gone, or mean another class by now.
      const name = unusedName(code, variables);
      const { start, end } = callable.superClass;
      edits.push({ start, end, text: name });
      const variable = { name: 'the base class', value: base, free: undefined, code };
      variables.push({ name, origin: this.#value(base, variable) });
    }
    const inText = new Map<string, string[]>();
    for (const member of callable.body.body) {
      // What it did is in the values of today; run again, it would be done twice.
      if (member.type === 'StaticBlock') edits.push(blank(member.start, member.end));
      if (!('key' in member)) continue;
      const key = propertyKey(member);
      if (member.computed && key === undefined) this.#checkKey(member.key, code);
      const place = `${member.static ? 'static ' : ''}${key}`;
      const text = source.slice(member.start, member.end);
      if (member.type === 'MethodDefinition') inText.set(place, [...(inText.get(place) ?? []), text]);
      else if (member.static && key !== undefined && !key.startsWith('#') && member.value) {
        if (isTied(ownValue(target, key), member.value, code)) inText.set(place, [text]);
        else {
          // Not to the end of the value: it may stand in parentheses.
          const end = source[member.end - 1] === ';' ? member.end - 1 : member.end;
          const start = member.computed ? source.indexOf(']', member.key.end) + 1 : member.key.end;
          // A field called `set` or `get` would make an accessor of the next method.
          edits.push({ start, end, text: ';' });
        }
      }
    }
    this.#ownProperties(
      target,
      code,
      index,
      [...inText].flatMap(([place, texts]) =>
        place.startsWith('static ') ? [[place.slice(7), texts] as const] : [],
      ),
    );
    const { prototype } = target as { readonly prototype: object };
    const methods = new Map([...inText].filter(([place]) => !place.startsWith('static ')));
    const known = new Map([...methods, ['constructor', undefined] as const]);
    if (
      Reflect.ownKeys(prototype).some((key) => typeof key === 'string' && isPatched(prototype, key, known))
    ) {
      throw this.#refuse(
        code,
        callable,
        `the prototype of \`${target.name}\` has been changed since it was written, at ${placeInFile(script, callable.start)}`,
        'Write its methods into the class, or export it from a module of its own',
      );
    }
  }

  /** What they hold now is what they start with in the thread. */
  #staticPrivates(
    target: AnyFunction,
    code: Code,
    edits: Edit[],
    variables: { name: string; origin: Origin }[],
  ): PrivateField[] {
    const fields = staticPrivates(code.callable, code.script.scopes);
    if (fields.length === 0) return [];
    const values = staticPrivateValues(target);
    return fields.flatMap(({ name, field, mentions }): PrivateField[] => {
      const { key, value: init } = field;
      const value = values.get(name);
      const { start, end } = init ?? { start: key.end, end: key.end };
      if (mentions.length === 0) {
        if (init) edits.push(blank(key.end, end));
        return [];
      }
      if (init && isTied(value, init, code)) return [];
      const path = `${target.name || 'the class'}.${name}`;
      const origin = this.#value(value, { name: path, value, free: undefined, code });
      const variable = unusedName(code, variables);
      edits.push({ start, end, text: init ? variable : `=${variable}` });
      variables.push({ name: variable, origin });
      return [{ path, variable, value, mentions }];
    });
  }

  /** Properties that a function has been given, and static fields: as they are now. */
  #ownProperties(
    target: AnyFunction,
    code: Code,
    index: number,
    inText: readonly (readonly [string, readonly string[]])[],
  ): void {
    const known = new Map<string, readonly string[] | undefined>(inText);
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(target))) {
      if (isAsMade(key, descriptor, code) || !isPatched(target, key, known)) continue;
      const path = `${target.name || 'the function'}.${key}`;
      const variable = { name: path, value: descriptor.value as unknown, free: undefined, code };
      if (!('value' in descriptor)) {
        throw this.#refuseValue(
          variable,
          `\`${path}\` is a getter that has been added`,
          exportIt(this.#target),
        );
      }
      const place = { type: 'property', key, enumerable: Boolean(descriptor.enumerable) } as const;
      this.links.push({
        holder: { type: 'unit', index },
        place,
        to: this.#value(descriptor.value, variable),
      });
    }
    const { prototype } = target as { readonly prototype?: unknown };
    if (!isClass(code.callable) && isExtended(prototype)) {
      throw this.#refuse(
        code,
        code.callable,
        `methods have been added to its prototype`,
        'Write it as a class',
      );
    }
  }

  #checkKey(key: AnyNode, code: Code): void {
    for (const node of nodesIn(key)) {
      const binding = code.script.scopes.referenceAt.get(node)?.binding;
      if (node.type !== 'CallExpression' && !binding?.references.some(({ writes }) => writes)) continue;
      throw this.#refuse(
        code,
        key,
        'the name of one of its members is computed, and may be another one by now',
        'Compute the name before, into a constant',
      );
    }
  }

  #noteEager(code: Code, index: number, variables: readonly { name: string; origin: Origin }[]): void {
    const { callable } = code;
    if (!isClass(callable)) return;
    const parts: AnyNode[] = callable.superClass ? [callable.superClass] : [];
    for (const member of callable.body.body) {
      if (member.type === 'PropertyDefinition' && member.static && member.value) parts.push(member.value);
      if ('key' in member && member.computed) parts.push(member.key);
    }
    const names = new Set(
      parts
        .flatMap((part) => [...nodesIn(part)])
        .flatMap((node) => (node.type === 'Identifier' ? [node.name] : [])),
    );
    const isBase = ({ name }: { name: string }) => !code.free.some((free) => free.name === name);
    this.#eager.set(
      index,
      variables
        .filter((variable) => names.has(variable.name) || isBase(variable))
        .map(({ origin }) => origin),
    );
  }

  #declaration({ name, binding, references }: FreeVariable, { script }: Code): string {
    const declared = binding ? `declared at ${placeInFile(script, binding.node.start)}, ` : '';
    return `\`${name}\` (${declared}used at ${placeInFile(script, references[0]?.node.start ?? 0)})`;
  }

  #refuse(code: Code, node: AnyNode, what: string, wayOut: string): Error {
    const through = this.units.find((unit) => unit.code === code)?.target;
    const via = through && through !== this.#target && through.name !== '' ? ` in \`${through.name}\`` : '';
    const at = what.includes('used at') ? '' : ` (at ${placeInFile(code.script, node.start)})`;
    return notPortable(this.#target, `${what}${via}${at}`, wayOut);
  }

  #refuseValue({ free, code }: CapturedVariable, what: string, wayOut: string): Error {
    const where = free ? `it uses ${this.#declaration(free, code)}, and ` : '';
    return notPortable(this.#target, `${where}${what}`, wayOut);
  }
}

/** What running code as the body of a module gives it. */
const GIVEN = ['require', '__filename', '__dirname'];

function otherKey({ start, end }: AnyNode, name: string): Edit {
  const text = JSON.stringify(name);
  return { start, end, text: text.length <= end - start ? text : '0' };
}

function isCut(node: AnyNode, edits: readonly Edit[]): boolean {
  return edits.some(({ start, end }) => start <= node.start && node.end <= end);
}

/** `Base` or `lib.Base` of an import: a thread gets the same class. */
function isImported(node: AnyNode, code: Code): boolean {
  if (node.type === 'MemberExpression') return !node.computed && isImported(node.object, code);
  const binding = code.script.scopes.referenceAt.get(node)?.binding;
  return binding !== undefined && importedVariable(binding, code.script) !== undefined;
}

/** The value that a name, or a property of one, has now; undefined for any other code. */
function liveAt(node: AnyNode, around: LiveVariables): unknown {
  if (node.type === 'MemberExpression') {
    const key = memberKey(node);
    return key === undefined
      ? undefined
      : (Object(liveAt(node.object, around)) as Record<string, unknown>)[key];
  }
  if (node.type !== 'Identifier') return undefined;
  const found = around.read(node.name);
  if (found.state === 'value') return found.value;
  return found.state === 'absent' ? (globalThis as Record<string, unknown>)[node.name] : undefined;
}

/** Whether a static field holds the very function of its text, and that cannot leave its class: it uses `this`, say. */
function isTied(value: unknown, init: AnyNode, { script }: Code): boolean {
  const fn = functionWritten(init);
  if (!fn || typeof value !== 'function' || Object.keys(value).length > 0) return false;
  return (
    script.source.slice(fn.start, fn.end) === String(value) && findObstacle(fn, script.scopes) !== undefined
  );
}

/** Whether a property is what a function or class gets by being made of its text. */
function isAsMade(key: string, { value }: PropertyDescriptor, { callable, node }: Code): boolean {
  if (key === 'prototype') return true;
  if (key === 'arguments' || key === 'caller') return !isClass(callable);
  if (key === 'length') return value === lengthOf(callable);
  // What has no name in its text is given the one that it has.
  const isNamed = !isMethod(node) && 'id' in callable && callable.id;
  return key === 'name' && (isNamed ? value === isNamed.name : typeof value === 'string');
}

/** How many parameters a caller has to give. */
function lengthOf(callable: Callable): number {
  if (isClass(callable)) {
    const written = callable.body.body.find(
      (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
    );
    return written && 'value' in written && written.value ? lengthOf(written.value as Callable) : 0;
  }
  const optional = callable.params.findIndex(
    ({ type }) => type === 'AssignmentPattern' || type === 'RestElement',
  );
  return optional < 0 ? callable.params.length : optional;
}

/** In place of a function that nobody can get hold of: what that is like, from outside. */
function standIn(callable: Callable): AnyFunction {
  const name = 'id' in callable ? callable.id?.name : '';
  return Object.defineProperties(() => {}, {
    name: { value: name, configurable: true },
    length: { value: lengthOf(callable), configurable: true },
  });
}

/** Whether nobody could tell a function from another one of the same code and variables. */
function isOnlyCalled({ binding }: FreeVariable, { script: { scopes } }: Code): boolean {
  return (binding?.references ?? []).every(({ node, writes }) => {
    const parent = scopes.parents.get(node);
    return !writes && parent?.type === 'CallExpression' && parent.callee === node;
  });
}

/** Whether what is inside a function has variables of the same names as those that it takes from outside. */
function isAnyHidden(around: Code, { references }: FreeVariable): boolean {
  const names = new Set(around.free.map(({ name }) => name));
  return references.some((reference) => {
    for (
      let at: Scope | undefined = reference.scope;
      at && contains(around.callable, at.node);
      at = at.parent
    ) {
      if ([...at.bindings.keys()].some((name) => names.has(name))) return true;
    }
    return false;
  });
}

/** Whether a property is not what the text of its class says. */
function isPatched(
  holder: object,
  key: string,
  inText: ReadonlyMap<string, readonly string[] | undefined>,
): boolean {
  if (!inText.has(key)) return true;
  const texts = inText.get(key);
  const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key) ?? {};
  const parts = [value, get, set].filter((part) => part !== undefined);
  return texts !== undefined && !parts.every((part) => texts.some((text) => text.includes(String(part))));
}

function isExtended(prototype: unknown): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false;
  return Reflect.ownKeys(prototype).some((key) => key !== 'constructor');
}

function ownValue(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

/** Of `exports`, only what is asked for by name: the rest of a module has no business in the thread. */
function pick(value: unknown, { references }: FreeVariable, { script }: Code): object | undefined {
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

function unusedName({ script }: Code, variables: readonly { readonly name: string }[]): string {
  const used = new Set([
    ...script.scopes.references.map(({ node }) => node.name),
    ...variables.map(({ name }) => name),
  ]);
  let name = '$';
  while (used.has(name)) name += '$';
  return name;
}

/** A global that every thread has, too. */
function isStandard(name: string, value: unknown): boolean {
  if (standardGlobals.has(name)) return true;
  return typeof value === 'function' && isNative(value as AnyFunction);
}

function globalName(value: object): string | undefined {
  globalNames ??= new Map(
    [...standardGlobals].flatMap((name) => {
      const global = ownValue(globalThis, name);
      return typeof global === 'object' && global !== null ? [[global, name] as const] : [];
    }),
  );
  return globalNames.get(value);
}

let globalNames: Map<object, string> | undefined;

// When the package loads, hardly anything but Node has added to them.
const standardGlobals = new Set(Object.getOwnPropertyNames(globalThis));
