import { readFileSync } from 'node:fs';
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { jobErrorOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

describe.each(whereJobsRun)('%s, what a job throws arrives as the cause:', (_, options) => {
  /** The error of the one job that a run has. */
  const errorOf = (job: () => unknown) => jobErrorOf(new JobRunner(job, options).runJobs({ nJobs: 1 }));

  test('a string', async () => {
    const error = await errorOf(() => {
      throw 'no';
    });
    expect(error).toMatchObject({ message: "job 0 failed: it threw 'no'", cause: 'no' });
  });

  test('undefined', async () => {
    const error = await errorOf(() => {
      throw undefined;
    });
    expect(error.message).toBe('job 0 failed: it threw undefined');
    expect(error.cause).toBeUndefined();
  });

  test('null', async () => {
    const error = await errorOf(() => {
      throw null;
    });
    expect(error.message).toBe('job 0 failed: it threw null');
    expect(error.cause).toBeNull();
  });

  test('a plain object', async () => {
    const error = await errorOf(() => {
      throw { status: 404 };
    });
    expect(error.cause).toEqual({ status: 404 });
  });

  test('a function or a symbol, at least in words', async () => {
    const ofFunction = await errorOf(() => {
      throw function never() {};
    });
    expect(ofFunction.message).toContain('never');
    const ofSymbol = await errorOf(() => {
      throw Symbol('odd');
    });
    expect(ofSymbol.message).toContain('Symbol(odd)');
  });

  test('a rejection', async () => {
    const error = await errorOf(async () => {
      await null;
      throw new RangeError('later');
    });
    expect(error.message).toBe('job 0 failed: later');
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  test('a rejection with nothing', async () => {
    const error = await errorOf(() => Promise.reject());
    expect(error.message).toBe('job 0 failed: it threw undefined');
  });

  test.each([
    ['Error', Error],
    ['EvalError', EvalError],
    ['RangeError', RangeError],
    ['ReferenceError', ReferenceError],
    ['SyntaxError', SyntaxError],
    ['TypeError', TypeError],
    ['URIError', URIError],
  ])('an instance of %s', async (name, BuiltIn) => {
    const error = await jobErrorOf(
      new JobRunner((which: string) => {
        const Kind = (globalThis as unknown as Record<string, ErrorConstructor>)[which]!;
        throw new Kind('odd');
      }, options).runJobs([name]),
    );
    expect(error.cause).toBeInstanceOf(BuiltIn);
    expect(error.cause).toMatchObject({ name, message: 'odd' });
  });

  test('an error of a class of its own, with name, code, fields and nearest built-in class', async () => {
    const error = await errorOf(() => {
      class BadChannel extends RangeError {
        override name = 'BadChannel';
        code = 'E_CHANNEL';
        where = { channel: 3, tried: [1, 2] };
        lost = undefined;
      }
      throw new BadChannel('channel 3 is flat');
    });
    expect(error.message).toBe('job 0 failed: channel 3 is flat');
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.cause).toMatchObject({
      name: 'BadChannel',
      code: 'E_CHANNEL',
      where: { channel: 3, tried: [1, 2] },
    });
    expect(error.cause).toHaveProperty('lost', undefined);
  });

  test("Node's own errors, with their codes", async () => {
    const error = await errorOf(() => readFileSync('/no/such/file'));
    expect(error.cause).toMatchObject({ code: 'ENOENT', syscall: 'open', path: '/no/such/file' });
  });

  test('a DOMException', async () => {
    const error = await errorOf(() => structuredClone(() => {}));
    expect(error.message).toContain('could not be cloned');
    expect(error.cause).toMatchObject({ name: 'DataCloneError' });
  });

  test('the causes of an error, down to the last', async () => {
    const error = await errorOf(() => {
      const root = new TypeError('root');
      const middle = new Error('middle', { cause: root });
      throw new Error('top', { cause: middle });
    });
    expect(error.cause).toMatchObject({ message: 'top', cause: { message: 'middle' } });
    const { cause } = (error.cause as Error).cause as Error;
    expect(cause).toBeInstanceOf(TypeError);
  });

  test('a cause that is no error', async () => {
    const error = await errorOf(() => {
      throw new Error('top', { cause: { rows: 0 } });
    });
    expect(error.cause).toMatchObject({ cause: { rows: 0 } });
  });

  test('the errors of an AggregateError', async () => {
    const error = await errorOf(() => {
      throw new AggregateError([new RangeError('one'), 'two', new TypeError('three')], 'several');
    });
    expect(error.cause).toBeInstanceOf(AggregateError);
    const { message, errors } = error.cause as AggregateError;
    expect(message).toBe('several');
    expect(errors[0]).toBeInstanceOf(RangeError);
    expect(errors[1]).toBe('two');
    expect(errors[2]).toMatchObject({ name: 'TypeError', message: 'three' });
  });

  test('what Promise.any rejects with', async () => {
    const error = await errorOf(() => Promise.any([Promise.reject(new Error('one'))]));
    expect((error.cause as AggregateError).errors).toEqual([new Error('one')]);
  });

  test('an error with something in it that cannot be cloned', async () => {
    const error = await errorOf(() => {
      throw Object.assign(new Error('odd'), { retry: () => {}, code: 'E_ODD' });
    });
    expect(error.cause).toMatchObject({ message: 'odd', code: 'E_ODD' });
    expect(error.cause).toHaveProperty('retry');
  });

  test('an error that is its own cause', async () => {
    const error = await errorOf(() => {
      const odd = new Error('odd');
      odd.cause = odd;
      throw odd;
    });
    expect(error.cause).toMatchObject({ message: 'odd' });
  });

  test('an error whose fields throw when they are read', async () => {
    const error = await errorOf(() => {
      throw Object.defineProperty(new Error('odd'), 'trap', {
        enumerable: true,
        get() {
          throw new Error('do not look');
        },
      });
    });
    expect(error.message).toBe('job 0 failed: odd');
  });

  test("the stack, with the user's frames on top", async () => {
    const error = await errorOf(() => {
      function deepInTheJob(): never {
        throw new Error('deep');
      }
      deepInTheJob();
    });
    const frames = (error.cause as Error).stack?.split('\n') ?? [];
    expect(frames[0]).toBe('Error: deep');
    expect(frames[1]).toContain('deepInTheJob');
    expect(frames[1]).toContain('thrown-values.test.ts');
    expect(frames.join()).not.toContain('run-lane');
  });

  test('in an error whose own stack tells where the run was started', async () => {
    async function analyse() {
      return await new JobRunner((n: number) => Promise.reject(n), options).runJobs([1]);
    }
    const error = await jobErrorOf(analyse());
    const frames = error.stack?.split('\n') ?? [];
    expect(frames[0]).toBe('JobError: job 0 failed: it threw 1');
    expect(frames[1]).toContain('analyse');
    expect(frames[1]).toContain('thrown-values.test.ts');
  });
});
