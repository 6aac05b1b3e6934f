import { type Job, JobRunner, ParallelWorker, type SharedArray } from 'parajob';
import { quantile, variance } from 'simple-statistics';
import { describe, expectTypeOf, test } from 'vitest';

declare const arrays: Float64Array[];
declare const nested: number[][];
declare const float64: SharedArray<'float64'>;
declare const bigint64: SharedArray<'bigint64'>;
declare const anyKind: SharedArray;

describe('a function of number[] takes what holds numbers', () => {
  const runner = new JobRunner(variance);

  test('arrays, typed arrays, rows of a shared array', () => {
    expectTypeOf(runner.runJobs(arrays)).resolves.toEqualTypeOf<number[]>();
    expectTypeOf(runner.runJobs(nested)).resolves.toEqualTypeOf<number[]>();
    expectTypeOf(runner.runJobs(float64)).resolves.toEqualTypeOf<number[]>();
    expectTypeOf(new JobRunner((x: number[]) => x.length).runJobs(arrays)).resolves.toEqualTypeOf<number[]>();
  });

  test('nothing else', () => {
    // @ts-expect-error -- bigints are no numbers
    void runner.runJobs(bigint64);
    // @ts-expect-error -- nor is every shared array one of numbers
    void runner.runJobs(anyKind);
    // @ts-expect-error -- one array is not many
    void runner.runJobs([1, 2, 3]);
    // @ts-expect-error -- strings are no numbers
    void runner.runJobs([['a']]);
    // @ts-expect-error -- the elements of a typed array are numbers
    void runner.runJobs(new Float64Array(3));
  });

  test('and one of bigint[] what holds bigints', () => {
    const sum = new JobRunner((x: readonly bigint[]) => x.reduce((a, b) => a + b));
    expectTypeOf(sum.runJobs([new BigInt64Array(2)])).resolves.toEqualTypeOf<bigint[]>();
    expectTypeOf(sum.runJobs(bigint64)).resolves.toEqualTypeOf<bigint[]>();
    // @ts-expect-error -- numbers are no bigints
    void sum.runJobs(arrays);
  });

  test('but a parameter that is a typed array stays what it is', () => {
    const first = new JobRunner((x: Float64Array) => x.length);
    void first.runJobs(arrays);
    void first.runJobs(float64);
    // @ts-expect-error -- of another kind
    void first.runJobs([new Float32Array(2)]);
    // @ts-expect-error -- an array has no subarray
    void first.runJobs(nested);
  });
});

describe('inputs are anything to iterate', () => {
  const root = new JobRunner(Math.sqrt);

  test('numbers', () => {
    async function* lazily(): AsyncGenerator<number> {}
    void root.runJobs([1, 2, 3]);
    void root.runJobs([1, 2, 3] as const);
    void root.runJobs(new Set([1]));
    void root.runJobs(new Float32Array(3));
    void root.runJobs(lazily());
    void root.runJobs(float64);
    void new JobRunner((x: bigint) => x).runJobs(new BigInt64Array(3));
    // @ts-expect-error -- bigints
    void root.runJobs(new BigInt64Array(3));
    // @ts-expect-error -- one number
    void root.runJobs(1);
  });

  test('a string is not', () => {
    const length = new JobRunner((text: string) => text.length);
    void length.runJobs(['abc']);
    // @ts-expect-error -- it would be taken apart
    void length.runJobs('abc');
    // @ts-expect-error -- even where anything is an input
    void new JobRunner((x: unknown) => x).runJobs('abc');
  });

  test('objects keep their literal types', () => {
    const draw = new JobRunner((shape: { kind: 'circle' | 'square'; size: number }) => shape.size);
    void draw.runJobs([
      { kind: 'circle', size: 1 },
      { kind: 'square', size: 2 },
    ]);
    // @ts-expect-error -- no such kind
    void draw.runJobs([{ kind: 'blob', size: 1 }]);
  });
});

describe('a function gets one input', () => {
  test('so it may not need more', () => {
    const power = (base: number, exponent: number) => base ** exponent;
    // @ts-expect-error -- the exponent is missing
    void new JobRunner(power).runJobs([1, 2]);
    // @ts-expect-error -- in this form too
    void new JobRunner(power).runJobs({ nJobs: 3 });
    // @ts-expect-error -- every signature of quantile needs two
    void new JobRunner(quantile).runJobs(arrays);
  });

  test('further ones may be optional', () => {
    void new JobRunner(Number.parseInt).runJobs(['1', '2']);
    void new JobRunner((x: number, digits?: number) => x.toFixed(digits)).runJobs([1]);
    void new JobRunner(Math.max).runJobs([1, 2]);
  });

  test('whose type has to be known', () => {
    const untyped = new JobRunner((x) => x);
    // @ts-expect-error -- x is never: nobody said what it is
    void untyped.runJobs([1]);
  });
});

describe('with spread, inputs are lists of arguments', () => {
  const describeAll = (n: number, text: string, list: readonly number[]) => [list, text, n] as const;
  const runner = new JobRunner(describeAll);

  test('tuples, written in place or not', () => {
    const tuples: [number, string, number[]][] = [];
    const result = runner.runJobs(
      [
        [1, 'a', [1]],
        [2, 'b', new Float64Array(2)],
      ],
      { spread: true },
    );
    expectTypeOf(result).resolves.toEqualTypeOf<(readonly [readonly number[], string, number])[]>();
    void runner.runJobs(tuples, { spread: true });
    void runner.runJobs([[1, 'a', [1]]] as const, { spread: true });
    void new JobRunner(Math.pow).runJobs([[2, 10]], { spread: true });
    void new JobRunner(Math.max).runJobs([[], [1], [1, 2, 3]], { spread: true });
  });

  test('of the right length and types', () => {
    // @ts-expect-error -- too short
    void runner.runJobs([[1, 'a']], { spread: true });
    // @ts-expect-error -- out of order
    void runner.runJobs([['a', 1, []]], { spread: true });
    // @ts-expect-error -- and without spread they are single inputs
    void runner.runJobs([[1, 'a', []]]);
  });
});

describe('without inputs, nJobs', () => {
  test('for functions of nothing, and functions of a number', () => {
    expectTypeOf(new JobRunner(Math.random).runJobs({ nJobs: 3 })).resolves.toEqualTypeOf<number[]>();
    expectTypeOf(
      new JobRunner((n: number) => String(n)).runJobs({ nJobs: 3, logLevel: 'info' }),
    ).resolves.toEqualTypeOf<string[]>();
    void new JobRunner((x?: number) => x).runJobs({ nJobs: 3 });
  });

  test('for no others', () => {
    // @ts-expect-error -- the place is no string
    void new JobRunner((text: string) => text.length).runJobs({ nJobs: 3 });
    // @ts-expect-error -- a function of nothing has no use for inputs
    void new JobRunner(Math.random).runJobs([1, 2]);
    // @ts-expect-error -- neither inputs nor nJobs
    void new JobRunner(Math.sqrt).runJobs();
    // @ts-expect-error -- the same
    void new JobRunner(Math.sqrt).runJobs({ logLevel: 'info' });
    // @ts-expect-error -- both
    void new JobRunner(Math.sqrt).runJobs([1, 2], { nJobs: 2 });
  });
});

describe('a class is typed by its methods', () => {
  class Variance extends ParallelWorker {
    paraMethod = variance;
  }
  class Total extends ParallelWorker {
    async paraMethod(numbers: number[]) {
      return numbers.length;
    }
  }
  class Band extends ParallelWorker {
    readonly recording: SharedArray<'float64'>;
    constructor(recording: SharedArray<'float64'>) {
      super();
      this.recording = recording;
    }
    override mapJob({ place, input }: Job<{ channel: number; ddof: number }>) {
      return { place, args: [this.recording.row(input.channel), input.ddof] };
    }
    paraMethod(samples: Float64Array, ddof: number) {
      return samples.length - ddof;
    }
  }
  class ByPlace extends ParallelWorker {
    override async mapJob({ place }: Job<number>) {
      this.log.info(`job ${place} in worker ${this.workerId}`);
      return { place, args: [place, 'a'] };
    }
    paraMethod(place: number, text: string) {
      return text.repeat(place);
    }
    override init() {}
    override async exit() {}
  }

  test('by paraMethod, if it maps nothing', () => {
    expectTypeOf(new JobRunner(Variance).runJobs(arrays)).resolves.toEqualTypeOf<number[]>();
    expectTypeOf(new JobRunner(Total).runJobs(arrays)).resolves.toEqualTypeOf<number[]>();
    // @ts-expect-error -- strings are no numbers
    void new JobRunner(Total).runJobs(['a']);
  });

  test('by mapJob, if there is one', () => {
    const runner = new JobRunner(Band, { workerArgs: [float64], nWorkers: 8 });
    expectTypeOf(runner.runJobs([{ channel: 1, ddof: 0 }])).resolves.toEqualTypeOf<number[]>();
    // @ts-expect-error -- the samples are made by mapJob
    void runner.runJobs(arrays);
    // @ts-expect-error -- the place is no channel
    void runner.runJobs({ nJobs: 3 });
    expectTypeOf(new JobRunner(ByPlace).runJobs({ nJobs: 3 })).resolves.toEqualTypeOf<string[]>();
  });

  test('with the arguments of its constructor', () => {
    // @ts-expect-error -- the constructor needs one
    new JobRunner(Band);
    // @ts-expect-error -- the constructor needs one
    new JobRunner(Band, { nWorkers: 8 });
    // @ts-expect-error -- of that kind
    new JobRunner(Band, { workerArgs: ['a'] });
    // @ts-expect-error -- and no more
    new JobRunner(Band, { workerArgs: [float64, 1] });
    // @ts-expect-error -- this one needs none
    new JobRunner(Total, { workerArgs: [1] });
    // @ts-expect-error -- nor does a function
    new JobRunner(variance, { workerArgs: [1] });
  });

  test('that can be constructed, and is a worker', () => {
    abstract class Unfinished extends ParallelWorker {}
    class Stranger {
      paraMethod(x: number) {
        return x;
      }
    }
    // @ts-expect-error -- abstract
    new JobRunner(Unfinished);
    // @ts-expect-error -- abstract itself
    new JobRunner(ParallelWorker);
    // @ts-expect-error -- does not extend ParallelWorker
    new JobRunner(Stranger);
    // @ts-expect-error -- an instance is no class
    new JobRunner(new Total());
    // @ts-expect-error -- paraMethod is missing
    class Idle extends ParallelWorker {}
    void Idle;
    class Unmapped extends ParallelWorker {
      // @ts-expect-error -- mapJob has to say which arguments
      override mapJob({ place }: Job<number>) {
        return { place };
      }
      paraMethod() {}
    }
    void Unmapped;
  });
});

describe('several signatures', () => {
  function twice(x: number): number;
  function twice(x: string): string;
  function twice(x: number | string): number | string {
    return typeof x === 'number' ? 2 * x : x + x;
  }

  test('of an overloaded function all may be used', () => {
    const runner = new JobRunner(twice);
    expectTypeOf(runner.runJobs([1, 'a'])).resolves.toEqualTypeOf<(string | number)[]>();
    // @ts-expect-error -- no signature for this
    void runner.runJobs([true]);
  });

  test('of a generic function the constraint counts', () => {
    const identity = <T>(x: T): T => x;
    const longest = <T extends { length: number }>(x: T): T => x;
    expectTypeOf(new JobRunner(identity).runJobs([1])).resolves.toEqualTypeOf<unknown[]>();
    expectTypeOf(new JobRunner(longest).runJobs(['a'])).resolves.toEqualTypeOf<{ length: number }[]>();
    // @ts-expect-error -- a number has no length
    void new JobRunner(longest).runJobs([1]);
  });

  test('unions stay unions', () => {
    const parse = (x: string): number | undefined => Number(x) || undefined;
    expectTypeOf(new JobRunner(parse).runJobs(['1'])).resolves.toEqualTypeOf<(number | undefined)[]>();
  });
});

describe('a module reference is typed by the parameter', () => {
  const module = new URL('file:///spectra.js');
  class Spectrum extends ParallelWorker {
    readonly order: number;
    constructor(order: number) {
      super();
      this.order = order;
    }
    paraMethod(samples: Float64Array) {
      return samples.length + this.order;
    }
  }

  test('a class or a function', () => {
    const spectrum = new JobRunner<typeof Spectrum>({ module, name: 'Spectrum' }, { workerArgs: [3] });
    expectTypeOf(spectrum.runJobs(arrays)).resolves.toEqualTypeOf<number[]>();
    const imported = new JobRunner<typeof import('simple-statistics').variance>({ module, name: 'variance' });
    expectTypeOf(imported.runJobs(arrays)).resolves.toEqualTypeOf<number[]>();
    // @ts-expect-error -- the constructor needs an order
    new JobRunner<typeof Spectrum>({ module, name: 'Spectrum' });
    // @ts-expect-error -- strings are no samples
    void imported.runJobs(['a']);
  });

  test('without one, inputs and outputs are unknown', () => {
    const unknown = new JobRunner({ module, name: 'Spectrum' }, { workerArgs: [3] });
    expectTypeOf(unknown.runJobs([1])).resolves.toEqualTypeOf<unknown[]>();
    void unknown.runJobs({ nJobs: 2 });
  });
});
