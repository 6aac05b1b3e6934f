import { inspect, types } from 'node:util';
import { type ErrorCode, JobRunnerError } from '../errors.ts';
import { userFrames } from './stack-frames.ts';

/**
 * What a job threw, as it crosses. Structured clone keeps an error's message and stack but loses its class's
 * name, its own properties, the errors of an AggregateError; and anything may be thrown.
 */
export type WireThrown =
  | { readonly type: 'error'; readonly error: WireError }
  | { readonly type: 'value'; readonly value: unknown };

interface WireError {
  /** The built-in class to make it of again. */
  readonly builtin: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Own properties other than the ones above; one that cannot cross is there as text. */
  properties: readonly (readonly [string, WireThrown])[];
  cause: WireThrown | undefined;
  errors: readonly WireThrown[] | undefined;
}

type ErrorConstructor = new (message: string) => Error;

const BUILTINS: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

const AGGREGATE = AggregateError.name;
const OURS = JobRunnerError.name;
const OWN_FIELDS = ['name', 'message', 'stack', 'cause'];

/** Causes of causes are followed so far down: the crossing itself has no room for any number of them. */
const DEEPEST = 100;

/** Flattens whatever was thrown into something that always crosses. Never throws. */
export function flattenThrown(thrown: unknown): WireThrown {
  return flatten(thrown, new Map(), 0);
}

/** The same on the other side: class (of the language's own), name, message, stack, properties, causes. */
export function restoreThrown(wire: WireThrown): unknown {
  return restore(wire, new Map());
}

function flatten(thrown: unknown, known: Map<unknown, WireThrown>, depth: number): WireThrown {
  if (!isError(thrown)) return flattenValue(thrown);
  // An error that is its own cause, some links on, stays that.
  const before = known.get(thrown);
  if (before !== undefined) return before;
  if (depth > DEEPEST) return { type: 'value', value: say(thrown) };
  const error = withoutOthers(thrown);
  const wire = { type: 'error', error } as const;
  known.set(thrown, wire);
  const flattenOther = (other: unknown) => flatten(other, known, depth + 1);
  const others = error.builtin === AGGREGATE ? attempt(() => [...thrown.errors], []) : undefined;
  const skipped = others === undefined ? OWN_FIELDS : [...OWN_FIELDS, 'errors'];
  error.errors = others?.map(flattenOther);
  if (attempt(() => Object.hasOwn(thrown, 'cause'), false)) error.cause = flattenOther(read(thrown, 'cause'));
  error.properties = attempt(() => Object.keys(thrown), [])
    .filter((key) => !skipped.includes(key))
    .map((key) => [key, flattenOther(read(thrown, key))] as const);
  return wire;
}

function withoutOthers(thrown: object): WireError {
  const name = text(read(thrown, 'name'), 'Error');
  const message = text(read(thrown, 'message'), '');
  const stack = read(thrown, 'stack');
  return {
    builtin: attempt(() => builtinOf(thrown), 'Error'),
    name,
    message,
    stack: typeof stack === 'string' ? userFrames(stack) : `${name}: ${message}`,
    properties: [],
    cause: undefined,
    errors: undefined,
  };
}

function isError(thrown: unknown): thrown is Error & { readonly errors: Iterable<unknown> } {
  return types.isNativeError(thrown) || attempt(() => thrown instanceof Error, false);
}

/** The nearest of the language's own classes, or ours, that the error is an instance of. */
function builtinOf(error: object): string {
  for (let at = Object.getPrototypeOf(error); at !== null; at = Object.getPrototypeOf(at)) {
    const name: unknown = (at as { constructor?: { name?: unknown } }).constructor?.name;
    if (typeof name !== 'string') continue;
    if (Object.hasOwn(BUILTINS, name) || name === AGGREGATE || name === OURS) return name;
  }
  return 'Error';
}

function flattenValue(value: unknown): WireThrown {
  if (
    value === null ||
    (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  ) {
    return { type: 'value', value };
  }
  try {
    return { type: 'value', value: structuredClone(value) };
  } catch {
    return { type: 'value', value: say(value) };
  }
}

function text(value: unknown, otherwise: string): string {
  if (value === undefined) return otherwise;
  return typeof value === 'string' ? value : say(value);
}

function say(value: unknown): string {
  return attempt(() => inspect(value), 'something that cannot be shown');
}

function read(holder: object, key: string): unknown {
  return attempt(() => (holder as Record<string, unknown>)[key], undefined);
}

/** Getters, proxies, classes that call themselves errors: any look at what was thrown may throw in turn. */
function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

function restore(wire: WireThrown, known: Map<WireError, Error>): unknown {
  if (wire.type === 'value') return wire.value;
  const before = known.get(wire.error);
  if (before !== undefined) return before;
  const { name, stack, properties, cause, errors } = wire.error;
  const error = construct(wire.error);
  known.set(wire.error, error);
  if (error.name !== name) define(error, 'name', name);
  define(error, 'stack', stack);
  if (cause !== undefined) define(error, 'cause', restore(cause, known));
  if (errors !== undefined) {
    define(
      error,
      'errors',
      errors.map((inner) => restore(inner, known)),
    );
  }
  for (const [key, value] of properties) {
    define(error, key, restore(value, known));
    Object.defineProperty(error, key, { enumerable: true });
  }
  return error;
}

function construct({ builtin, message, properties }: WireError): Error {
  if (builtin === AGGREGATE) return new AggregateError([], message);
  if (builtin === OURS) {
    const code = properties.find(([key]) => key === 'code')?.[1];
    return new JobRunnerError((code?.type === 'value' ? code.value : undefined) as ErrorCode, message);
  }
  return new (BUILTINS[builtin] ?? Error)(message);
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, enumerable: false, configurable: true, writable: true });
}
