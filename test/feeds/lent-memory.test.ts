import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LentMemory } from '../../src/feeds/lent-memory.ts';

const LENGTH = 100_000;
const array = (value: number) => new Uint8Array(LENGTH).fill(value);
const firstOf = ({ memory }: { readonly memory: SharedArrayBuffer }) => new Uint8Array(memory)[0];

let told: string[];
let lender: LentMemory;

// It speaks once a process: every test has the module anew.
beforeEach(async () => {
  vi.resetModules();
  const { LentMemory } = await import('../../src/feeds/lent-memory.ts');
  told = [];
  lender = new LentMemory((message) => told.push(message));
});

describe('memory on loan', () => {
  test('holds what the array was, whatever becomes of that', () => {
    const bytes = array(1);
    const lent = lender.lend(bytes, bytes)!;
    bytes.fill(2);
    expect(firstOf(lent)).toBe(1);
  });

  test('is the same for an array that comes again', () => {
    const bytes = array(1);
    const [first, second] = [lender.lend(bytes, bytes)!, lender.lend(bytes, bytes)!];
    expect(second.memory).toBe(first.memory);
  });

  test('stays with an array that has come twice, after all of it has come back', () => {
    const bytes = array(1);
    const lent = [lender.lend(bytes, bytes)!, lender.lend(bytes, bytes)!];
    for (const one of lent) lender.takeBack(one);
    const other = array(2);
    expect(lender.lend(other, other)!.memory).not.toBe(lent[0]!.memory);
    expect(lender.lend(bytes, bytes)!.memory).toBe(lent[0]!.memory);
  });

  test('is another one once the array has changed, in one byte at its end', () => {
    const bytes = array(1);
    const first = lender.lend(bytes, bytes)!;
    bytes[LENGTH - 1] = 2;
    const second = lender.lend(bytes, bytes)!;
    expect(second.memory).not.toBe(first.memory);
    expect(new Uint8Array(first.memory)[LENGTH - 1]).toBe(1);
    expect(new Uint8Array(second.memory)[LENGTH - 1]).toBe(2);
  });

  test('that has come back serves other arrays', () => {
    const [one, other] = [array(1), array(2)];
    const first = lender.lend(one, one)!;
    lender.takeBack(first);
    const second = lender.lend(other, other)!;
    expect(second.memory).toBe(first.memory);
    expect(firstOf(second)).toBe(2);
  });

  test('is not taken for the array that had it before, even if it looks like it', () => {
    const [one, other] = [array(1), array(1)];
    lender.takeBack(lender.lend(one, one)!);
    const second = lender.lend(other, other)!;
    expect(lender.lend(one, one)!.memory).not.toBe(second.memory);
  });

  test('of an array that has changed is not used while somebody reads it', () => {
    const bytes = array(1);
    const first = [lender.lend(bytes, bytes)!, lender.lend(bytes, bytes)!];
    bytes.fill(2);
    const seen = new Set([lender.lend(bytes, bytes)!.memory]);
    lender.takeBack(first[0]!);
    const other = array(3);
    seen.add(lender.lend(other, other)!.memory);
    expect(seen.has(first[0]!.memory)).toBe(false);
    lender.takeBack(first[1]!);
    const last = array(4);
    expect(lender.lend(last, last)!.memory).toBe(first[0]!.memory);
  });

  test('is told of once there has been much of it, and never again', () => {
    const bytes = new Uint8Array(2 ** 24);
    for (let i = 0; i < 15; i++) lender.lend(bytes, bytes);
    expect(told).toEqual([]);
    for (let i = 0; i < 20; i++) lender.lend(bytes, bytes);
    expect(told).toEqual([
      'more than 256 MB of plain arrays have been copied for the jobs of this run: arrays from sharedCopy, and SharedArrays, are not copied',
    ]);
  });
});
