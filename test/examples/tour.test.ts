import { beforeAll, describe, expect, it } from 'vitest';
import { runExample } from './run-example.ts';

describe('the tour shows', () => {
  let sections: Map<string, string>;

  beforeAll(async () => {
    const { stdout, stderr, exitCode } = await runExample('tour', '--quick');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const parts = stdout.split(/^== (.*) ==$/m).slice(1);
    sections = new Map(parts.flatMap((title, i) => (i % 2 ? [] : [[title, parts[i + 1] ?? '']])));
  }, 60_000);

  const promises: [string, (string | RegExp)[]][] = [
    ['A worker class', [/variances of 25 arrays: (0\.0\d{3} ){5}/]],
    ['A plain function', [/the same from simple-statistics: (0\.0\d{3} ){5}/]],
    ['Further arguments: partial', ['shape: 25 x 3', /first array: 0\.2\d+ 0\.[45]\d+ 0\.7\d+/]],
    ['A number of jobs', [/pi from 40 jobs: 3\.14\d \(a Float64Array\)/]],
    ['Results of any kind', ['lengths of random walks: 0 1 2 3 4 5 6 7 8 9']],
    ['Submitting jobs on the fly', ['submitted 0\nsubmitted 4\nsubmitted 8\n12 results, still there: true']],
    ['Progress in nested loops', ['run 1 is done\nrun 2 is done\nrun 3 is done']],
    ['Large arrays', ['15 arrays of 0.1 MB', 'same results: true', 'rows: 15']],
    [
      'Errors',
      [
        'job 8 failed: n is 8, what did you think would happen?! [place 8, input 8, cause RangeError]',
        '0 1 2 3 4 5 6 7 NaN 9',
        '10 results, 1 exception',
        'raised again: 8',
      ],
    ],
    [
      'Debugging',
      ['in this thread: [ true ]', 'in a thread: [ false ]', /thrown at hatesEights \(workers\.ts:\d+/],
    ],
  ];

  it.each(promises)('%s', (title, texts) => {
    for (const text of texts) expect(sections.get(title)).toMatch(text);
  });

  it('nothing else', () => {
    expect([...sections.keys()]).toEqual(promises.map(([title]) => title));
  });

  it('the same variances by a class and by a library', () => {
    const numbers = (title: string) => sections.get(title)?.match(/0\.\d{4}/g);
    expect(numbers('A worker class')).toHaveLength(5);
    expect(numbers('A plain function')).toEqual(numbers('A worker class'));
  });
});
