import type { Runtime, Session } from 'node:inspector';
import { createRequire } from 'node:module';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { exportIt, notLocated } from './ways-out.ts';

const handover = Symbol.for('parajob.inspected');
const require = createRequire(import.meta.url);

/** One of the scopes around a function: its variables as they are now. Reading one too early throws. */
export type LiveScope = Readonly<Record<string, unknown>>;

/** Every scope around a function, the innermost first, but for the global one. */
export function scopesAround(target: AnyFunction): LiveScope[] {
  return withLook(target, (look) =>
    scopeListOf(look, target)
      .filter(({ description }) => description !== 'Global')
      .map(({ object }) => object),
  );
}

/** The static private fields of a class as they are now; their names start with `#`. */
export function staticPrivateValues(target: AnyFunction): ReadonlyMap<string, unknown> {
  return withLook(target, (look) => {
    const { session } = look;
    const { objectId, privateProperties } = inspect(look, target);
    const fields = privateProperties.filter(({ value }) => value !== undefined);
    const functionDeclaration = 'function (...values) { process[Symbol.for("parajob.inspected")] = values; }';
    const values = onShelf(undefined, (shelf) => {
      ask<Runtime.CallFunctionOnReturnType>((done) =>
        session.post(
          'Runtime.callFunctionOn',
          { objectId, functionDeclaration, arguments: fields.map(({ value }) => value!) },
          done,
        ),
      );
      return shelf[handover] as ArrayLike<unknown>;
    });
    return new Map(fields.map(({ name }, at) => [name, values[at]]));
  });
}

/** A connection to the inspector, and what it has said of functions. */
export interface Look {
  readonly session: Session;
  readonly inspected: Map<AnyFunction, Inspected>;
}

let current: Look | undefined;
let lookers = 0;

/** Connecting, and finding a function, take as long as a question: they are done once for all that `act` asks. */
export function inOneLook<T>(act: () => T): T {
  lookers++;
  try {
    return act();
  } finally {
    lookers--;
    if (lookers === 0) {
      current?.session.disconnect();
      current = undefined;
    }
  }
}

/** @throws JobRunnerError `WORKER_NOT_LOCATED` where there is no inspector, or none that knows functions. */
export function withLook<T>(target: AnyFunction, act: (look: Look) => T): T {
  return inOneLook(() => {
    try {
      current ??= newLook();
      return act(current);
    } catch (cause) {
      const reason = 'this process has no inspector to ask where it was written';
      throw notLocated(target, reason, exportIt(target), { cause });
    }
  });
}

function newLook(): Look {
  const inspector: typeof import('node:inspector') = require('node:inspector');
  const session = new inspector.Session();
  session.connect();
  return { session, inspected: new Map() };
}

/** Values go to the inspector and back through `process`: under vitest, `globalThis` may be another one. */
function onShelf<T>(value: unknown, act: (shelf: Record<symbol, unknown>) => T): T {
  const shelf = process as unknown as Record<symbol, unknown>;
  shelf[handover] = value;
  try {
    return act(shelf);
  } finally {
    delete shelf[handover];
  }
}

/** The answers of a session in the same thread come before `post` returns. */
export function ask<Answer>(post: (done: (error: Error | null, answer: Answer) => void) => void): Answer {
  let outcome: { error: Error | null; answer: Answer } | undefined;
  post((error, answer) => {
    outcome = { error, answer };
  });
  if (!outcome) throw new Error('the inspector did not answer');
  if (outcome.error) throw outcome.error;
  return outcome.answer;
}

export interface Scope {
  /** `Module`, `Closure (name)`, `Block`, `Global` and others. */
  readonly description: string;
  readonly object: LiveScope;
}

/** Every scope around a function, the innermost first. */
export function scopeListOf(look: Look, target: AnyFunction): readonly Scope[] {
  const found = inspect(look, target).internalProperties.find(({ name }) => name === '[[Scopes]]');
  const objectId = found?.value?.objectId;
  if (objectId === undefined) return [];
  // In the protocol's own form each variable would be described. This hands the scopes over as they are.
  const functionDeclaration = 'function () { process[Symbol.for("parajob.inspected")] = this; }';
  return onShelf(undefined, (shelf) => {
    ask<Runtime.CallFunctionOnReturnType>((done) =>
      look.session.post('Runtime.callFunctionOn', { objectId, functionDeclaration }, done),
    );
    // It is a list without any methods.
    return Array.from(shelf[handover] as ArrayLike<Scope>);
  });
}

interface Inspected {
  readonly objectId: string;
  readonly internalProperties: readonly Runtime.InternalPropertyDescriptor[];
  readonly privateProperties: readonly Runtime.InternalPropertyDescriptor[];
}
/** Node's types leave out what is still called experimental. */
type Properties = Runtime.GetPropertiesReturnType & Partial<Pick<Inspected, 'privateProperties'>>;

export function inspect({ session, inspected }: Look, target: AnyFunction): Inspected {
  const known = inspected.get(target);
  if (known) return known;
  return onShelf(target, () => {
    const { result } = ask<Runtime.EvaluateReturnType>((done) =>
      session.post('Runtime.evaluate', { expression: 'process[Symbol.for("parajob.inspected")]' }, done),
    );
    const { objectId } = result;
    if (objectId === undefined) throw new Error('the inspector does not see the function');
    const { internalProperties = [], privateProperties = [] } = ask<Properties>((done) =>
      session.post('Runtime.getProperties', { objectId, ownProperties: true }, done),
    );
    const found = { objectId, internalProperties, privateProperties };
    inspected.set(target, found);
    return found;
  });
}
