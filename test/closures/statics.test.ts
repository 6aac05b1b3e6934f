// biome-ignore-all lint/complexity: classes as people write them
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';

class Parent {
  static names: string[] = [];
  static register(name: string): void {
    this.names.push(name);
  }
}
class Child extends Parent {
  static {
    Child.register('child');
  }
  x = 1;
}
class Squares {
  static readonly table = new Map<number, number>();
  static {
    for (let i = 0; i < 5; i++) Squares.table.set(i, i * i);
  }
}
class Circle {
  // biome-ignore format: the parentheses are what this is about
  static readonly TAU = (2 * Math.PI);
  static circumference(radius: number): number {
    return Circle.TAU * radius;
  }
}
const viaChild = (n: number) => n * new Child().x + Parent.names.length;
const square = (n: number) => Squares.table.get(n);
const circumference = (radius: number) => Circle.circumference(radius);

describe.each([1, 2])('with %i workers, static parts of a class', (nWorkers) => {
  test('that have been done are not done again', async () => {
    expect(await new JobRunner(viaChild, { nWorkers }).runJobs([1, 2])).toEqual([2, 3]);
  });

  test('that were filled by a static block are as it left them', async () => {
    expect(await new JobRunner(square, { nWorkers }).runJobs([1, 2, 3])).toEqual([1, 4, 9]);
  });

  test('may be written in parentheses', async () => {
    expect(await new JobRunner(circumference, { nWorkers }).runJobs([1])).toEqual([2 * Math.PI]);
  });
});

class Named {
  static name = 'a name of its own';
  static length = 7;
}
class Renamed {
  static {
    Object.defineProperty(Renamed, 'name', { value: 'another name' });
  }
}
class Asked {
  static get name(): string {
    return 'a name on demand';
  }
}
function first(x: number): number {
  return x;
}
Object.defineProperty(first, 'name', { value: 'the first' });
Object.defineProperty(first, 'length', { value: 3 });
const second = (x = 1, ...others: number[]): number => x + others.length;

describe.each([1, 2])('with %i workers, what every function has', (nWorkers) => {
  test.each([
    ['a class with static fields of these names', () => [Named.name, Named.length], ['a name of its own', 7]],
    [
      'a class that was renamed',
      () => [Renamed.name, new Renamed().constructor.name],
      ['another name', 'another name'],
    ],
    ['a class with a getter', () => Asked.name, 'a name on demand'],
    ['a function that was changed', () => [first.name, first.length], ['the first', 3]],
    ['a function that was not', () => [second.name, second.length], ['second', 0]],
  ])('is what it is in the program: %s', async (_what, job: (x: number) => unknown, expected) => {
    expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([expected]);
  });
});
