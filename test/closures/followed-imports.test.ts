import { describe, expect, test } from 'vitest';
import { runScript } from '../helpers/run-script.ts';

describe.each([1, 2])('with %i worker(s), a variable that is imported', (nWorkers) => {
  test('is what it is in the module, through exports of exports, or is refused if it changes while jobs run', async () => {
    const { stdout, stderr } = await runScript('follows/main.mjs', [`${nWorkers}`]);
    const refused = (name: string, exported = name) =>
      `WORKER_NOT_PORTABLE uses \`${name}\` Import the whole module, as in \`import * as lib from './barrel.mjs'\`, and use \`lib.${exported}\``;
    expect(stdout.trim().split('\n'), stderr).toEqual([
      'exported again: [4,5]',
      'exported again by a star: ["b.txt1","b.txt2"]',
      'a default, exported again: [true,true]',
      'a variable that stays: [1,2]',
      'a variable of a namespace that changes: [1,1]',
      `a variable that changes: ${refused('count')}`,
      `a variable of another name that changes: ${refused('counted')}`,
      `a variable of a helper that changes: ${refused('count')}`,
    ]);
  });
});
