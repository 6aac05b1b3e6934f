import { type Job, ParallelWorker } from 'parajob';
import { describe, expect, test, vi } from 'vitest';
import { hasOwnMapJob, isClass, isWorkerClass } from '../../src/worker/parallel-worker.ts';

class Plain extends ParallelWorker {
  paraMethod(x: number): number {
    return x;
  }
}

class Mapped extends Plain {
  override mapJob({ place }: Job<number>) {
    return { place, args: [place] };
  }
}

/** What a second copy of the package in this process has: another class, the same marks. */
async function otherCopy(): Promise<typeof ParallelWorker> {
  vi.resetModules();
  const copy = await import('../../src/worker/parallel-worker.ts');
  expect(copy.ParallelWorker).not.toBe(ParallelWorker);
  return copy.ParallelWorker;
}

describe('a worker class is known', () => {
  test('by what it extends', () => {
    expect(isWorkerClass(Plain)).toBe(true);
    expect(isWorkerClass(Mapped)).toBe(true);
    expect(isWorkerClass(ParallelWorker)).toBe(true);
  });

  test('even if that came from another copy of the package', async () => {
    const Other = await otherCopy();
    class Foreign extends Other {
      paraMethod(): void {}
    }
    class ForeignMapped extends Foreign {
      override mapJob({ place }: Job) {
        return { place, args: [] };
      }
    }
    expect(isWorkerClass(Foreign)).toBe(true);
    expect(hasOwnMapJob(new Foreign())).toBe(false);
    expect(hasOwnMapJob(new ForeignMapped())).toBe(true);
  });

  test.each([
    ['another class', class {}],
    ['an instance', new Plain()],
    ['a function', () => 1],
    ['a function with a bare prototype', Object.assign(() => {}, { prototype: Object.create(null) })],
    ['nothing', undefined],
  ])('and %s is not one', (_, value) => {
    expect(isWorkerClass(value)).toBe(false);
  });
});

describe('mapJob need not be called', () => {
  test('unless a worker brings its own', () => {
    expect(hasOwnMapJob(new Plain())).toBe(false);
    expect(hasOwnMapJob(new Mapped())).toBe(true);
  });

  test('or sets one in its constructor', () => {
    const worker = new Plain();
    worker.mapJob = ({ place }) => ({ place, args: [] });
    expect(hasOwnMapJob(worker)).toBe(true);
  });

  test('because by default the input is the one argument', () => {
    const mapJob = new Plain().mapJob as (job: Job) => unknown;
    expect(mapJob({ place: 3, input: 'x', attempt: 1 })).toEqual({ place: 3, args: ['x'] });
  });
});

test('a worker that nobody has numbered is the first', () => {
  expect(new Plain().workerId).toBe(0);
});

test('only what has to be made with new is a class', () => {
  expect(isClass(Plain as never)).toBe(true);
  expect(isClass(class {} as never)).toBe(true);
  expect(isClass(function classify() {})).toBe(false);
  expect(isClass(Number)).toBe(false);
});
