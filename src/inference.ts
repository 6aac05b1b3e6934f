/**
 * How inputs and results are typed. Everything starts from the type of the worker and the type of the options, so
 * that `spread`, `outputDtype`, `errorValue` and the two words on exceptions can change what comes out.
 *
 * Limits: of an overloaded function the last four signatures are seen, and a job may use any of them; the type
 * parameters of a generic function become their constraints. An arrow function with types written out says more.
 */
import type { DType, ElementOf, TypedArrayOf } from './arrays/dtype.ts';
import type { SharedArray } from './arrays/shared-array.ts';
import type { JobError } from './errors.ts';
import type { CountedRunOptions, NoOptions, OutputArray, RunnerOptions, RunOptions } from './options.ts';
import type { Job, ParallelWorker } from './worker/parallel-worker.ts';

/** Any function. */
export type WorkerFunction = (...args: never) => unknown;

/** Any class that extends {@link ParallelWorker} and is not abstract. */
export type WorkerClass = new (...args: never) => ParallelWorker;

/** What a runner runs: a function, or a class that extends {@link ParallelWorker}. */
export type AnyWorker = WorkerFunction | WorkerClass;

declare const mistake: unique symbol;

/** Nothing has this type: it puts a sentence into the compiler's message. */
export interface TypeMistake<Message extends string> {
  readonly [mistake]: Message;
}

// Calls: what a worker can be asked for, as a union of pairs [input, returned].

/** The call signatures of a function, as a union of pairs [arguments, returned]. */
type Signatures<F> = F extends {
  (...args: infer A1): infer R1;
  (...args: infer A2): infer R2;
  (...args: infer A3): infer R3;
  (...args: infer A4): infer R4;
}
  ? [A1, R1] | [A2, R2] | [A3, R3] | [A4, R4]
  : never;

/** The function in a worker. */
type Method<W> = W extends WorkerClass ? InstanceType<W>['paraMethod'] : W;

/** Whether a worker has a `mapJob` of its own: that of the base class asks for `Job<never>`. */
type MappedCall<W> = W extends WorkerClass
  ? Parameters<InstanceType<W>['mapJob']> extends readonly [Job<infer Input>, ...unknown[]]
    ? [Input] extends [never]
      ? never
      : [Input, Signatures<Method<W>>[1]]
    : [unknown, Signatures<Method<W>>[1]]
  : never;

/** A call with the input as the one argument. `never` stands for no input, no call at all for too few arguments. */
type OneArgumentCall<S> = S extends readonly [infer Args, infer Returned]
  ? [Args] extends [never]
    ? [unknown, Returned]
    : Args extends readonly []
      ? [never, Returned]
      : Args extends readonly [_?: infer Input, ...rest: infer Rest]
        ? [] extends Rest
          ? [Loose<Input>, Returned]
          : never
        : never
  : never;

/** A call with the input as the list of arguments. */
type SpreadCall<S> = S extends readonly [infer Args, infer Returned]
  ? [{ readonly [Index in keyof Args]: Loose<Args[Index]> }, Returned]
  : never;

type Calls<W, O> = [MappedCall<W>] extends [never]
  ? Setting<O, 'spread', false> extends true
    ? SpreadCall<Signatures<Method<W>>>
    : OneArgumentCall<Signatures<Method<W>>>
  : MappedCall<W>;

/** Where a function takes `number[]`, it gets along with numeric typed arrays too, whatever its author wrote. */
type Loose<Input> =
  | Input
  | (number[] extends Input ? TypedArrayOf<DTypeOf<number>> : never)
  | (bigint[] extends Input ? TypedArrayOf<DTypeOf<bigint>> : never);

/** The dtypes with elements of that kind. */
type DTypeOf<Element> = { [D in DType]: ElementOf<D> extends Element ? D : never }[DType];

// What goes in.

/** What one input of a worker is; `never` if it takes none. */
export type InputOf<W, O = NoOptions> = Calls<W, O>[0];

/** What `runJobs` takes for a worker: many inputs, or a sentence on why it cannot have any. */
export type InputsOf<W, O = NoOptions> = [Calls<W, O>] extends [never]
  ? TypeMistake<'needs more arguments: use partial, `spread: true`, or an arrow function of one input'>
  : [InputOf<W, O>] extends [never]
    ? TypeMistake<'takes no input: run it with { nJobs }, or write down the type of its parameter'>
    : Inputs<InputOf<W, O>>;

/**
 * Many inputs: arrays, typed arrays, a {@link SharedArray} (its rows; of one dimension its elements), and anything
 * else that can be iterated, lazily too. Not a string.
 */
export type Inputs<Input> =
  | readonly Input[]
  | (Iterable<Input> & object)
  | AsyncIterable<Input>
  | SharedArrayOf<DType, Input>;

type SharedArrayOf<D, Input> = D extends DType
  ? TypedArrayOf<D, SharedArrayBuffer> extends Input
    ? SharedArray<D>
    : ElementOf<D> extends Input
      ? SharedArray<D>
      : never
  : never;

// What comes out.

/** What one job of a worker gives, promises awaited. */
export type OutputOf<W, O = NoOptions> = Awaited<Calls<W, O>[1]>;

/** What a run resolves to. */
export type RunResult<W, O = NoOptions> =
  Setting<O, 'returnExceptions', false> extends infer Returns
    ? Returns extends true
      ? [results: Results<W, O>, exceptions: JobError[]]
      : Results<W, O>
    : never;

/** The outputs of a run in the order of the inputs; where failures are captured, with the error value in their places. */
export type Results<W, O = NoOptions> =
  Setting<O, 'output', undefined> extends infer A
    ? A extends OutputArray
      ? A
      : Setting<O, 'outputDtype', undefined> extends infer D
        ? D extends DType
          ? ShapedResults<D, Setting<O, 'outputShape', undefined>>
          : (OutputOf<W, O> | ErrorValue<O>)[]
        : never
    : never;

type ShapedResults<D extends DType, Shape> = Shape extends readonly number[]
  ? SharedArray<D>
  : TypedArrayOf<D, SharedArrayBuffer>;

/** What stands in the place of a failed job; `never` where the first failure ends the run. */
type ErrorValue<O> =
  Setting<O, 'returnExceptions', false> extends false
    ? Setting<O, 'reraiseExceptions', true> extends true
      ? never
      : GivenErrorValue<O>
    : GivenErrorValue<O>;

/** That it is there counts, even as `undefined`. */
type GivenErrorValue<O> = O extends { readonly errorValue: infer Value }
  ? Value
  : 'errorValue' extends keyof O
    ? O['errorValue'] | number
    : number;

/** What became of one place. */
export type Outcome<Input, Output> =
  | {
      readonly status: 'fulfilled';
      readonly place: number;
      readonly input: Input;
      readonly output: Output;
    }
  | {
      readonly status: 'rejected';
      readonly place: number;
      readonly input: Input;
      readonly error: JobError;
    };

// Options.

/** What an option says, where not giving it means `Default`. */
type Setting<O, Name extends PropertyKey, Default> = Name extends keyof O
  ? Exclude<O[Name], undefined> | (undefined extends O[Name] ? Default : never)
  : Default;

/** What options have to satisfy beside their own types. */
export type Sound<O, Known = RunOptions> = {
  readonly [Name in Exclude<keyof O, keyof Known>]: TypeMistake<'there is no such option here'>;
} & (O extends { readonly returnExceptions: true; readonly reraiseExceptions: true }
  ? { readonly reraiseExceptions: TypeMistake<'returnExceptions captures failures: nothing is reraised'> }
  : unknown) &
  (O extends { readonly outputShape: readonly number[] } ? { readonly outputDtype: DType } : unknown) &
  (O extends { readonly output: OutputArray; readonly outputDtype: DType }
    ? { readonly outputDtype: TypeMistake<'the output has a dtype of its own'> }
    : unknown);

/** What options with `nJobs` have to satisfy: a worker without input, or one whose input can be the place. */
export type SoundCount<W, O, Known = CountedRunOptions> = Sound<O, Known> &
  ([Calls<W, O>] extends [never]
    ? { readonly nJobs: TypeMistake<'the worker needs more arguments than the place'> }
    : [InputOf<W, O>] extends [never]
      ? unknown
      : number extends InputOf<W, O>
        ? unknown
        : { readonly nJobs: TypeMistake<'with nJobs the input is the place, a number'> });

/** What follows the worker when a runner is made: `workerArgs` only where a constructor gets them, and always where it needs them. */
export type RunnerArguments<W> = [AnyWorker] extends [W]
  ? [options?: RunnerOptions]
  : W extends WorkerClass
    ? [] extends ConstructorParameters<W>
      ? [options?: RunnerOptions<ConstructorParameters<W>>]
      : [options: RunnerOptions<ConstructorParameters<W>> & NeededArguments<ConstructorParameters<W>>]
    : [options?: RunnerOptions<never>];

interface NeededArguments<Args> {
  readonly workerArgs: Readonly<Args>;
}

// partial.

/** What may be bound after the input of a function: some or all of its further parameters. */
export type AfterInput<F extends WorkerFunction> =
  Signatures<F> extends infer S
    ? S extends readonly [readonly [_?: unknown, ...rest: infer Rest], unknown]
      ? Partial<Rest>
      : never
    : never;

/** The input of a function of which `T` is bound. */
export type InputBefore<F extends WorkerFunction, T> = Bound<Signatures<F>, T>[0];

/** The parameters that are still open once `T` is bound. */
export type RestAfter<F extends WorkerFunction, T> = Bound<Signatures<F>, T>[1];

/** What a function returns when `T` comes after the input. */
export type ReturnedWith<F extends WorkerFunction, T> = Bound<Signatures<F>, T>[2];

/** The signatures that `T` fits, as a union of triples [input, rest, returned]. */
type Bound<S, T> = S extends readonly [readonly [_?: infer Input, ...rest: infer Rest], infer Returned]
  ? Without<Rest, T> extends infer Left
    ? [Left] extends [never]
      ? never
      : [Input, Left, Returned]
    : never
  : never;

/** A list of parameters without those that `T` gives; `never` if `T` does not fit. */
type Without<Rest extends readonly unknown[], T> = T extends readonly [infer First, ...infer Others]
  ? Rest extends readonly []
    ? never
    : Rest extends readonly [_?: infer Parameter, ...rest: infer Further]
      ? First extends Parameter
        ? Without<Further, Others>
        : never
      : never
  : Rest;
