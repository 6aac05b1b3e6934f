import { JobRunner, move } from 'parajob';
import { expectTypeOf, test } from 'vitest';

test('what is moved keeps its type, and so do results', () => {
  expectTypeOf(move(new Float64Array(2))).toEqualTypeOf<Float64Array<ArrayBuffer>>();
  const job = (n: number) => move({ n, samples: new Float32Array(n) });
  expectTypeOf(new JobRunner(job).runJobs([1])).resolves.items.toEqualTypeOf<{
    n: number;
    samples: Float32Array<ArrayBuffer>;
  }>();
});
