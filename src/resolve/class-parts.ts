import type { AnyNode, MethodDefinition } from 'acorn';
import type { AnyFunction, Link, Origin } from '../protocol/worker-reference.ts';
import {
  COMPUTED,
  hasItsPrototypes,
  isAnyGone,
  isAsMade,
  isExtended,
  isPatched,
  isTied,
  type TextsByName,
} from './as-written.ts';
import { nodesIn, propertyKey } from './ast.ts';
import type { CapturedVariable } from './captured-values.ts';
import { blank, type Edit } from './edits.ts';
import type { Code } from './identify.ts';
import { staticPrivateValues } from './inspector.ts';
import type { LiveVariables } from './live-variables.ts';
import { ownValue } from './natives.ts';
import { placeInFile } from './parsed-script.ts';
import { isClass } from './scopes.ts';
import { importedVariable } from './script-imports.ts';
import { type PrivateField, staticPrivates } from './static-private.ts';
import { exportIt, givenName } from './ways-out.ts';

/** What is found out about one function or class: other text for parts of it, and its variables. */
export interface Description {
  readonly target: AnyFunction;
  readonly code: Code;
  /** Which of the units it is. */
  readonly index: number;
  readonly edits: Edit[];
  readonly variables: { readonly name: string; readonly origin: Origin }[];
}

/** Where it comes together what a function takes along. */
export interface Gatherer {
  /** The function that it is all about. */
  readonly target: AnyFunction;
  readonly links: Link[];
  value(value: unknown, variable: CapturedVariable): Origin;
  refuse(code: Code, node: AnyNode, what: string, wayOut: string): Error;
  refuseValue(variable: CapturedVariable, what: string, wayOut: string): Error;
}

/** A class is made again from its text, but what is in its static fields is what they hold now. */
export function describeClass(
  gatherer: Gatherer,
  description: Description,
  around: LiveVariables,
): PrivateField[] {
  const { target, code, edits, variables } = description;
  const { callable, script } = code;
  if (!isClass(callable)) return [];
  const { source } = script;
  const base: unknown = Object.getPrototypeOf(target);
  if (
    callable.superClass &&
    callable.superClass.type !== 'Literal' &&
    !isImported(callable.superClass, code) &&
    around.valueAt(callable.superClass) !== base
  ) {
    // `extends mixin(Base)` made a class of its own; and a name may be gone, or mean another class by now.
    const name = unusedName(code, variables);
    const { start, end } = callable.superClass;
    edits.push({ start, end, text: name });
    const variable = { name: 'the base class', value: base, free: undefined, code };
    variables.push({ name, origin: gatherer.value(base, variable) });
  }
  const named = new Set<string | symbol>();
  const statics = new Map<string | symbol, string[]>();
  const methods = new Map<string | symbol, string[]>();
  for (const member of callable.body.body) {
    // What it did is in the values of today; run again, it would be done twice.
    if (member.type === 'StaticBlock') edits.push(blank(member.start, member.end));
    if (!('key' in member)) continue;
    const key = propertyKey(member);
    const text = source.slice(member.start, member.end);
    if (member.type === 'MethodDefinition') {
      if (member.kind === 'constructor') continue;
      const inText = member.static ? statics : methods;
      const name = key ?? COMPUTED;
      inText.set(name, [...(inText.get(name) ?? []), text]);
      if (key === undefined) nameMember(gatherer, description, member, text, named);
    } else if (key === undefined) {
      checkKey(gatherer, member.key, code);
      // The class has it under its name; that is put there again.
      if (member.static) edits.push(blank(member.start, member.end));
    } else if (member.static && !key.startsWith('#') && member.value) {
      if (isTied(ownValue(target, key), member.value, code)) statics.set(key, [text]);
      else {
        // Not to the end of the value: it may stand in parentheses.
        const end = source[member.end - 1] === ';' ? member.end - 1 : member.end;
        const start = member.computed ? source.indexOf(']', member.key.end) + 1 : member.key.end;
        // A field called `set` or `get` would make an accessor of the next method.
        edits.push({ start, end, text: ';' });
      }
    }
  }
  linkProperties(gatherer, description, statics);
  const { prototype } = target as { readonly prototype: object };
  const known = new Map([...methods, ['constructor', undefined] as const]);
  if (
    !hasItsPrototypes(target, code) ||
    Reflect.ownKeys(prototype).some((key) => isPatched(prototype, key, known)) ||
    isAnyGone(prototype, methods) ||
    isAnyGone(target, statics)
  ) {
    throw gatherer.refuse(
      code,
      callable,
      `the prototype of \`${givenName(target)}\` has been changed since it was written, at ${placeInFile(script, callable.start)}`,
      'Write its methods into the class, or export it from a module of its own',
    );
  }
  return linkPrivates(gatherer, description);
}

/** What they hold now is what they start with in the thread. */
function linkPrivates(gatherer: Gatherer, { target, code, edits, variables }: Description): PrivateField[] {
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
    const path = `${givenName(target) || 'the class'}.${name}`;
    const origin = gatherer.value(value, { name: path, value, free: undefined, code });
    const variable = unusedName(code, variables);
    edits.push({ start, end, text: init ? variable : `=${variable}` });
    variables.push({ name: variable, origin });
    return [{ path, variable, value, mentions }];
  });
}

/** Properties that a function has been given, and static fields: as they are now. */
export function linkProperties(
  gatherer: Gatherer,
  { target, code, index }: Description,
  inText: TextsByName,
): void {
  for (const key of Reflect.ownKeys(target)) {
    const descriptor = Object.getOwnPropertyDescriptor(target, key)!;
    if (typeof key === 'symbol') {
      if (!isPatched(target, key, inText)) continue;
      const name = givenName(target) || 'the function';
      const variable = { name, value: target, free: undefined, code };
      // What tools make of decorators leaves it behind, under a symbol of their own where Node has none.
      const isDecorated = key.description === 'Symbol.metadata';
      throw isDecorated
        ? gatherer.refuseValue(
            variable,
            `\`${name}\` has decorators, which run once`,
            exportIt(gatherer.target),
          )
        : gatherer.refuseValue(
            variable,
            `\`${name}\` has a property named by a symbol`,
            'Name it by a string',
          );
    }
    if (isAsMade(key, descriptor, code) || !isPatched(target, key, inText)) continue;
    const path = `${givenName(target) || 'the function'}.${key}`;
    const variable = { name: path, value: descriptor.value as unknown, free: undefined, code };
    if (!('value' in descriptor)) {
      throw gatherer.refuseValue(
        variable,
        `\`${path}\` is a getter that has been added`,
        exportIt(gatherer.target),
      );
    }
    const place = { type: 'property', key, enumerable: Boolean(descriptor.enumerable) } as const;
    gatherer.links.push({
      holder: { type: 'unit', index },
      place,
      to: gatherer.value(descriptor.value, variable),
    });
  }
  const { prototype } = target as { readonly prototype?: unknown };
  if (!isClass(code.callable) && (isExtended(prototype) || !hasItsPrototypes(target, code))) {
    throw gatherer.refuse(
      code,
      code.callable,
      `methods have been added to its prototype, or it has been given another one`,
      'Write it as a class',
    );
  }
}

/** A name that was computed is what the class has it under. Symbols are computed again: they are of the language. */
function nameMember(
  gatherer: Gatherer,
  { target, code, edits, variables }: Description,
  { key, static: isStatic }: MethodDefinition,
  text: string,
  named: Set<string | symbol>,
): void {
  const holder: object = isStatic ? target : target.prototype;
  const own = Reflect.ownKeys(holder).find((candidate) => {
    const { value, get, set } = Object.getOwnPropertyDescriptor(holder, candidate) ?? {};
    const fn: unknown = value ?? get ?? set;
    return !named.has(candidate) && typeof fn === 'function' && text.includes(String(fn));
  });
  if (own !== undefined) named.add(own);
  if (typeof own !== 'string') {
    checkKey(gatherer, key, code);
    return;
  }
  const name = unusedName(code, variables);
  edits.push({ start: key.start, end: key.end, text: name });
  const variable = { name: `a name in ${givenName(target)}`, value: own, free: undefined, code };
  variables.push({ name, origin: gatherer.value(own, variable) });
}

function checkKey(gatherer: Gatherer, key: AnyNode, code: Code): void {
  for (const node of nodesIn(key)) {
    const binding = code.script.scopes.referenceAt.get(node)?.binding;
    if (node.type !== 'CallExpression' && !binding?.references.some(({ writes }) => writes)) continue;
    throw gatherer.refuse(
      code,
      key,
      'the name of one of its members is computed, and may be another one by now',
      'Compute the name before, into a constant',
    );
  }
}

/** What has to be there before a class is made: its base, and what static fields and computed names use. */
export function usedByMaking({ code, variables }: Pick<Description, 'code' | 'variables'>): Origin[] {
  const { callable } = code;
  if (!isClass(callable)) return [];
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
  return variables
    .filter((variable) => names.has(variable.name) || isBase(variable))
    .map(({ origin }) => origin);
}

/** `Base` or `lib.Base` of an import: a thread gets the same class. */
function isImported(node: AnyNode, code: Code): boolean {
  if (node.type === 'MemberExpression') return !node.computed && isImported(node.object, code);
  const binding = code.script.scopes.referenceAt.get(node)?.binding;
  return binding !== undefined && importedVariable(binding, code.script) !== undefined;
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
