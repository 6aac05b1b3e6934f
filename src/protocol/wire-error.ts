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
  readonly stack: string | undefined;
  /** Own properties other than the ones above; one that cannot cross is there as text. */
  readonly properties: readonly (readonly [string, WireThrown])[];
  readonly cause: WireThrown | undefined;
  readonly errors: readonly WireThrown[] | undefined;
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

const OWN_FIELDS = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/** Flattens whatever was thrown into something that always crosses. Never throws. */
export function flattenThrown(thrown: unknown): WireThrown {
  return flatten(thrown, new Set());
}

/** The same on the other side: class (of the language's own), name, message, stack, properties, causes. */
export function restoreThrown(wire: WireThrown): unknown {
  if (wire.type === 'value') return wire.value;
  const { name, stack, properties, cause } = wire.error;
  const error = construct(wire.error);
  if (error.name !== name) define(error, 'name', name);
  define(error, 'stack', stack);
  if (cause !== undefined) define(error, 'cause', restoreThrown(cause));
  for (const [key, value] of properties) {
    Object.defineProperty(error, key, {
      value: restoreThrown(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return error;
}

function construct({ builtin, message, properties, errors }: WireError): Error {
  if (errors) return new AggregateError(errors.map(restoreThrown), message);
  if (builtin === JobRunnerError.name) {
    const code = properties.find(([key]) => key === 'code')?.[1];
    return new JobRunnerError((code && restoreThrown(code)) as ErrorCode, message);
  }
  return new (BUILTINS[builtin] ?? Error)(message);
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, enumerable: false, configurable: true, writable: true });
}

function flatten(thrown: unknown, above: Set<unknown>): WireThrown {
  if (!isError(thrown)) return flattenValue(thrown);
  // An error that is its own cause, some links on.
  if (above.has(thrown)) return { type: 'value', value: '[circular]' };
  above.add(thrown);
  const wire = { type: 'error', error: flattenError(thrown, above) } as const;
  above.delete(thrown);
  return wire;
}

function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown) || thrown instanceof Error;
}

function flattenError(error: Error, above: Set<unknown>): WireError {
  const read = (key: string): unknown => {
    // A getter may throw, and an error must arrive all the same.
    try {
      return (error as unknown as Record<string, unknown>)[key];
    } catch {
      return undefined;
    }
  };
  const aggregated = read('errors');
  const stack = read('stack');
  const isAggregate = error instanceof AggregateError && Array.isArray(aggregated);
  const skipped = isAggregate ? OWN_FIELDS : new Set([...OWN_FIELDS].filter((key) => key !== 'errors'));
  return {
    builtin: builtinOf(error),
    name: text(read('name'), 'Error'),
    message: text(read('message'), ''),
    stack: typeof stack === 'string' ? userFrames(stack) : undefined,
    properties: Object.keys(error)
      .filter((key) => !skipped.has(key))
      .map((key) => [key, flatten(read(key), above)] as const),
    cause: Object.hasOwn(error, 'cause') ? flatten(read('cause'), above) : undefined,
    errors: isAggregate ? aggregated.map((inner) => flatten(inner, above)) : undefined,
  };
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

/** The nearest of the language's own classes, or ours, that the error is an instance of. */
function builtinOf(error: Error): string {
  for (let at = Object.getPrototypeOf(error); at !== null; at = Object.getPrototypeOf(at)) {
    const name: unknown = (at as { constructor?: { name?: unknown } }).constructor?.name;
    if (typeof name !== 'string') continue;
    if (Object.hasOwn(BUILTINS, name) || name === JobRunnerError.name) return name;
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
    return { type: 'value', value: inspect(value) };
  }
}
