import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

const rows = [...read('./README.md').matchAll(/^\| (\d+) \| ([^|]+) \| `([^`]+)`: ([^|]+) \|$/gm)].map(
  ([, number, theme, file, title]) => ({ number: Number(number), theme, file: file!, title: title! }),
);

test('every theme has a test', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
});

test.each(rows)('$number: $theme', ({ file, title }) => {
  const escaped = title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  expect(read(`./${file}`)).toMatch(
    new RegExp(
      `(?:test|describe)(?:\\.each\\([^]*?\\))?\\(\\s*['"\`](?:%s: |[^'"\`]*%s, )?${escaped}['"\`,]`,
    ),
  );
});
