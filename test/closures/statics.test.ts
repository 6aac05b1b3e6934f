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
