import { JobRunner, sharedCopy } from 'parajob';
import { expect, test } from 'vitest';

const bytes = Buffer.from('abc');
const nested = { list: [Buffer.from('xyz')], same: bytes };
const overShared = Buffer.from(sharedCopy(new Uint8Array([104, 105])).buffer);
const frozen = Object.freeze({ a: 1, list: [1] });
const deeply = Object.freeze({ rows: Object.freeze([Object.freeze({ n: 1 })]) });
const sealed = Object.seal({ a: 1 });
const closed = Object.preventExtensions([1, 2]);
const used = /b/g;
used.test('abcb');
class Limits {
  readonly high = 3;
}
const limits = Object.freeze(new Limits());
const { iterator } = Symbol;
const registered = Symbol.for('q');
const { env } = process;
const byId: { readonly name: string }[] = [{ name: 'none' }];
byId[5e7] = { name: 'five' };
const tools = Object.freeze({ half: (x: number): number => x / 2 });

test.each<[string, (x: number) => unknown, unknown]>([
  ['a Buffer', () => [Buffer.isBuffer(bytes), bytes.toString('hex')], [true, '616263']],
  [
    'a Buffer inside, and one in two places',
    () => [nested.list[0]!.toString(), nested.same === bytes],
    ['xyz', true],
  ],
  ['a Buffer over shared memory', () => overShared.toString(), 'hi'],
  ['a frozen object', () => [Object.isFrozen(frozen), Object.isFrozen(frozen.list)], [true, false]],
  [
    'a deeply frozen one',
    () => [Object.isFrozen(deeply), Object.isFrozen(deeply.rows), Object.isFrozen(deeply.rows[0])],
    [true, true, true],
  ],
  ['a sealed one', () => [Object.isSealed(sealed), Object.isFrozen(sealed)], [true, false]],
  [
    'one that is not extensible',
    () => [Object.isExtensible(closed), Object.isSealed(closed)],
    [false, false],
  ],
  [
    'a frozen instance',
    (x) => [Object.isFrozen(limits), limits instanceof Limits, limits.high + x],
    [true, true, 4],
  ],
  ['a frozen object of functions', (x) => [Object.isFrozen(tools), tools.half(x)], [true, 0.5]],
  ['a symbol of the language', (x) => typeof Reflect.get([x], iterator), 'function'],
  [
    'a symbol that is registered',
    () => [Symbol.keyFor(registered), registered === Symbol.for('q')],
    ['q', true],
  ],
  ['the environment', () => env === process.env, true],
  ['a list with few elements', () => [byId.length, byId[5e7]!.name, 7 in byId], [5e7 + 1, 'five', false]],
  ['where a pattern stopped', () => used.lastIndex, 2],
])('%s stays what it is', async (_what, job, expected) => {
  for (const nWorkers of [1, 2])
    expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([expected]);
});
