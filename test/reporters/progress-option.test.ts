import { MultiBar, SingleBar } from 'cli-progress';
import { describe, expect, it } from 'vitest';
import { isProgressOption, type ProgressOption } from '../../src/reporters/progress-option.ts';

describe('progress', () => {
  // That these compile is half of the promise.
  const good: ProgressOption[] = [
    true,
    false,
    'bar',
    'log',
    {},
    { label: 'flights' },
    { leave: false },
    new SingleBar({}),
    new MultiBar({}).create(10, 0),
  ];
  it.each(good)('may be %o', (value) => {
    expect(isProgressOption(value)).toBe(true);
  });

  it.each([
    null,
    1,
    'bars',
    [],
    { lable: 'flights' },
    { label: 3 },
    { leave: 'no' },
    new MultiBar({}),
    () => {},
  ])('may not be %o', (value) => {
    expect(isProgressOption(value)).toBe(false);
  });
});
