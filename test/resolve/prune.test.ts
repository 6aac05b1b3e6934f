import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Piece, prune } from '../../src/resolve/prune.ts';

/** Lines of text, cut into pieces that stay and gaps that do not. */
const cutText = fc
  .array(fc.record({ text: fc.stringMatching(/^[a-z\n]{1,12}$/), stays: fc.boolean() }), { minLength: 1 })
  .map((parts) => {
    const pieces: Piece[] = [];
    let source = '';
    for (const { text, stays } of parts) {
      const start = source.length;
      source += text;
      if (stays) pieces.push({ start, end: source.length, before: '', after: '' });
    }
    return { source, pieces };
  });

test('what stays keeps its line and column, and nothing else is left', () => {
  fc.assert(
    fc.property(cutText, ({ source, pieces }) => {
      const pruned = prune(source, pieces);
      for (const [offset, char] of [...source].entries()) {
        const stays = pieces.some(({ start, end }) => start <= offset && offset < end);
        if (stays || (char === '\n' && offset < pruned.length)) expect(pruned[offset]).toBe(char);
        else expect(pruned[offset] ?? ' ').toBe(' ');
      }
    }),
  );
});

test('what stands around a piece takes the place of blanks', () => {
  const source = 'const a = 1, f = (x) => x; rest();';
  const start = source.indexOf('f =');
  const end = source.indexOf('; rest');
  const pruned = prune(source, [{ start, end, before: ';', after: ';' }]);
  expect(pruned.indexOf('f = (x) => x')).toBe(start);
  expect(pruned.trim()).toBe(';f = (x) => x;');
});

test('without room for it, what stands around a piece is put in', () => {
  expect(prune('[f]', [{ start: 1, end: 2, before: ';name=', after: ';' }])).toBe(' ;name=f;');
});

test('without room for it on its line, it stands on the line before', () => {
  const source = 'a;\nf;';
  expect(prune(source, [{ start: 3, end: 4, before: ';name=', after: ';' }])).toBe('  ;name=\nf;');
});
