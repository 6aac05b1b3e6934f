import { inspect } from 'node:util';
import vm from 'node:vm';
import fc from 'fast-check';
import { JobRunnerError } from 'parajob';
import { describe, expect, test } from 'vitest';
import { flattenThrown, restoreThrown } from '../../src/protocol/wire-error.ts';

/** What was thrown, as the calling thread sees it. */
function arrived(thrown: unknown): unknown {
  return restoreThrown(structuredClone(flattenThrown(thrown)));
}

function arrivedError(thrown: unknown): Error & Record<string, unknown> {
  const error = arrived(thrown);
  expect(error).toBeInstanceOf(Error);
  return error as Error & Record<string, unknown>;
}

class QuotaError extends RangeError {
  override name = 'QuotaError';
  readonly code = 'E_QUOTA';
  readonly limits: object = { bytes: 3n, names: new Set(['a']) };
}

describe('an error keeps', () => {
  test('its class where the language has it, its name, code, properties and stack', () => {
    const thrown = new QuotaError('too much');
    const error = arrivedError(thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: 'QuotaError', message: 'too much', code: 'E_QUOTA' });
    expect(error.limits).toEqual(thrown.limits);
    expect(error.stack).toBe(thrown.stack);
    expect(String(error)).toBe('QuotaError: too much');
  });

  test.each([
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
    Error,
  ])('being a %o', (Kind) => {
    const error = arrivedError(new Kind('x'));
    expect(error.constructor).toBe(Kind);
    expect(Object.keys(error)).toEqual([]);
  });

  test('its message, name and stack out of sight, and its properties in sight', () => {
    const error = arrivedError(new QuotaError('x'));
    expect(Object.keys(error).sort()).toEqual(['code', 'limits']);
  });

  test('its causes', () => {
    const root = Object.assign(new SyntaxError('root'), { line: 3 });
    const error = arrivedError(new Error('top', { cause: new TypeError('middle', { cause: root }) }));
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((error.cause as Error).cause).toBeInstanceOf(SyntaxError);
    expect((error.cause as Error).cause).toMatchObject({ message: 'root', line: 3 });
  });

  test.each([['text'], [undefined], [null], [0], [{ status: 404 }]])('the cause %o', (cause) => {
    const error = arrivedError(new Error('x', { cause }));
    expect(Object.hasOwn(error, 'cause')).toBe(true);
    expect(error.cause).toEqual(cause);
  });

  test('having no cause', () => {
    expect(Object.hasOwn(arrivedError(new Error('x')), 'cause')).toBe(false);
  });

  test('the errors it stands for, nested ones too', () => {
    const inner = new AggregateError([new QuotaError('a'), 'text'], 'inner');
    const error = arrivedError(new AggregateError([inner, undefined], 'outer'));
    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({ message: 'outer', name: 'AggregateError' });
    const [nested, nothing] = error.errors as [AggregateError, undefined];
    expect(nothing).toBe(undefined);
    expect(nested.errors[0]).toMatchObject({ name: 'QuotaError', code: 'E_QUOTA' });
    expect(nested.errors[1]).toBe('text');
    expect(Object.keys(error)).toEqual([]);
  });

  test('a property called errors, if it is another kind of error', () => {
    const thrown = Object.assign(new Error('invalid'), { errors: [{ path: 'a' }] });
    expect(arrivedError(thrown).errors).toEqual([{ path: 'a' }]);
  });

  test('being one of ours', () => {
    const error = arrivedError(new JobRunnerError('INVALID_INPUTS', 'x'));
    expect(error).toBeInstanceOf(JobRunnerError);
    expect(error.code).toBe('INVALID_INPUTS');
  });

  test('errors among its properties', () => {
    const error = arrivedError(Object.assign(new Error('x'), { original: new QuotaError('y') }));
    expect(error.original).toMatchObject({ name: 'QuotaError', code: 'E_QUOTA' });
  });

  test('what another realm has thrown', () => {
    const thrown = vm.runInNewContext(`
      Object.assign(new AggregateError([new TypeError('inner', { cause: 5 })], 'outer'), { code: 'E' })
    `);
    const error = arrivedError(thrown);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.code).toBe('E');
    const [inner] = error.errors as [Error];
    expect(inner).toBeInstanceOf(TypeError);
    expect(inner.cause).toBe(5);
  });

  test('what was aborted', () => {
    const error = arrivedError(AbortSignal.abort().reason);
    expect(error).toMatchObject({ name: 'AbortError', message: 'This operation was aborted' });
  });

  test('itself, where it is its own cause', () => {
    const thrown = new Error('first', { cause: new Error('second') });
    (thrown.cause as Error).cause = thrown;
    const error = arrivedError(thrown);
    expect((error.cause as Error).message).toBe('second');
    expect((error.cause as Error).cause).toBe(error);
  });

  test('one error for one, wherever it stands', () => {
    let thrown = new Error('leaf');
    // Doubling forty times over: followed one by one they would be a million millions.
    for (let i = 0; i < 40; i++) thrown = new AggregateError([thrown, thrown]);
    const [left, right] = arrivedError(thrown).errors as [Error, Error];
    expect(left).toBe(right);
  });

  test('everything though it is frozen', () => {
    expect(arrivedError(Object.freeze(new QuotaError('x')))).toMatchObject({ code: 'E_QUOTA', message: 'x' });
  });

  test('as text what of its properties cannot cross', () => {
    const thrown = Object.assign(new Error('x'), { retry: function again() {}, key: Symbol('k') });
    expect(arrivedError(thrown)).toMatchObject({ retry: '[Function: again]', key: 'Symbol(k)' });
  });
});

describe('an odd error still arrives', () => {
  test('with a message that is no text', () => {
    expect(arrivedError(Object.assign(new Error(), { message: 42 })).message).toBe('42');
    expect(arrivedError(Object.assign(new Error(), { message: undefined })).message).toBe('');
    expect(arrivedError(Object.assign(new Error(), { name: Symbol('n') })).name).toBe('Symbol(n)');
  });

  test('with a stack that is no text', () => {
    const error = arrivedError(Object.assign(new TypeError('x'), { stack: [{ file: 'a' }] }));
    expect(error.stack).toBe('TypeError: x');
  });

  test('with getters that throw', () => {
    const thrown = new Error('x');
    for (const key of ['stack', 'name', 'cause', 'code', 'constructor']) {
      Object.defineProperty(thrown, key, {
        enumerable: true,
        get(): never {
          throw new Error('from the getter');
        },
      });
    }
    expect(arrivedError(thrown)).toMatchObject({ name: 'Error', message: 'x', code: undefined });
  });

  test('with more causes than can be followed', () => {
    let thrown = new Error('0');
    for (let i = 1; i < 20_000; i++) thrown = new Error(String(i), { cause: thrown });
    const error = arrivedError(thrown);
    expect((error.cause as Error).message).toBe('19998');
    let last: unknown = error;
    while (last instanceof Error) last = last.cause;
    expect(last).toContain('Error: 19');
  });

  test('made of a prototype alone', () => {
    const thrown = Object.assign(Object.create(TypeError.prototype), { message: 'x' }) as Error;
    const error = arrivedError(thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('x');
  });

  test('with errors that are none', () => {
    const thrown = Object.assign(new AggregateError([]), { errors: 5 });
    expect(arrivedError(thrown).errors).toEqual([]);
  });
});

describe('what is no error arrives as it is', () => {
  test.each([
    ['no'],
    [undefined],
    [null],
    [false],
    [-0],
    [7n],
    [{ status: 500, tags: new Set(['a']) }],
    [[1, [2]]],
  ])('%o', (thrown) => {
    expect(arrived(thrown)).toStrictEqual(thrown);
  });

  test.each([
    [Symbol('s'), 'Symbol(s)'],
    [function helper() {}, '[Function: helper]'],
    [{ call: () => {} }, '{ call: [Function: call] }'],
    [Promise.resolve(1), 'Promise { 1 }'],
  ])('or as text: %o', (thrown, shown) => {
    expect(arrived(thrown)).toBe(shown);
  });
});

test('nothing that can be thrown gets in the way of its crossing', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const nothing = (): never => {
    throw new Error('from a trap');
  };
  const hostile = new Proxy(new Error('x'), {
    get: nothing,
    has: nothing,
    ownKeys: nothing,
    getPrototypeOf: nothing,
    getOwnPropertyDescriptor: nothing,
  });
  const unshowable = { [inspect.custom]: nothing, call: nothing };
  // In functions, since a generator of values looks into them.
  const odd = fc.oneof(
    fc
      .anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true })
      .map((value) => () => value),
    fc.constantFrom<() => unknown>(
      () => hostile,
      () => revoked.proxy,
      () => unshowable,
      () => new Proxy(new TypeError('x'), {}),
      () => globalThis,
    ),
  );
  const { thrown: anything } = fc.letrec<{ thrown: () => unknown; error: () => unknown }>((tie) => ({
    thrown: fc.oneof({ maxDepth: 4 }, odd, tie('error')),
    error: fc
      .record({
        kind: fc.constantFrom(Error, TypeError, QuotaError),
        cause: fc.option(tie('thrown'), { nil: undefined }),
        errors: fc.option(fc.array(tie('thrown'), { maxLength: 3 }), { nil: undefined }),
        fields: fc.dictionary(fc.constantFrom('name', 'message', 'stack', 'code', '__proto__', 'x'), odd),
      })
      .map(({ kind, cause, errors, fields }) => () => {
        const options = cause && { cause: cause() };
        const error = errors
          ? new AggregateError(
              errors.map((make) => make()),
              'm',
              options,
            )
          : new kind('m', options);
        // Otherwise V8 writes the stack now, and looks at the odd name.
        void error.stack;
        for (const [key, value] of Object.entries(fields)) {
          Object.defineProperty(error, key, {
            value: value(),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
        return error;
      }),
  }));
  fc.assert(
    fc.property(anything, (make) => {
      expect(typeof inspect(arrived(make()))).toBe('string');
    }),
    { numRuns: 500 },
  );
});
