import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blankScript, placeText } from '../../src/worker/place-text.ts';

/** A script, and a part of it to be shipped. */
const cut = fc
  .tuple(
    fc.stringMatching(/^[a-z\n]{0,60}$/),
    fc.stringMatching(/^[A-Z\n]{1,20}$/),
    fc.string({ unit: fc.constantFrom('z', '\n'), maxLength: 20 }),
  )
  .map(([ahead, text, behind]) => ({ source: ahead + text + behind, start: ahead.length, text }));

function placed(
  source: string,
  start: number,
  text: string,
  before: readonly string[],
  after: string,
): string {
  const lines = source.split('\n').map(({ length }) => length);
  return placeText(blankScript({ lines }), { script: 0, start, text, before, after });
}

test('a text keeps its offset, line and column, and there is nothing else', () => {
  fc.assert(
    fc.property(cut, ({ source, start, text }) => {
      const all = placed(source, start, text, [], '');
      expect(all).toBe(source.replace(/[a-z]/g, ' '));
      expect(all.slice(start, start + text.length)).toBe(text);
    }),
  );
});

test('what stands around it takes the place of blanks, if there is room in some line', () => {
  fc.assert(
    fc.property(cut, ({ source, start, text }) => {
      const all = placed(source, start, text, ['<'], '>');
      const hasRoom = /[a-z]/.test(source.slice(0, start));
      if (hasRoom) expect(all.slice(start, start + text.length)).toBe(text);
      expect(all.split('\n')).toHaveLength(source.split('\n').length);
      expect(all.replace(/[ \n]/g, '')).toBe(`<${text}>`.replace(/\n/g, ''));
    }),
  );
});

test.each([
  ['right before it', 'const f = (x) => x; rest();', '(x) => x', '   one;two(x) => xafter    '],
  ['on lines before', 'word\nsome\n\nf();', 'f()', 'one;\n two\n\nf()after'],
  ['where it starts the script, and moves it', '[f]', 'f', 'one;two fafter'],
])('what stands before it is %s', (_where, source, text, expected) => {
  expect(placed(source, source.indexOf(text), text, ['one;', 'two'], 'after')).toBe(expected);
});
