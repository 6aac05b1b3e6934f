import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';

const folder = new URL('./data/', import.meta.url);
const query = new URLSearchParams({ year: '2024' });
const encoder = new TextEncoder();
const formats = {
  euro: new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' }),
  short: new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }),
  day: new Intl.DateTimeFormat('en', { dateStyle: 'full', timeZone: 'Europe/Berlin' }),
  hour: new Intl.DateTimeFormat('ja', { hour: 'numeric', hourCycle: 'h11', timeZone: 'UTC' }),
  noon: new Intl.DateTimeFormat('en', { hour: 'numeric', hour12: true, timeZone: 'UTC' }),
};
const collator = new Intl.Collator('de', { numeric: true });
const plural = new Intl.PluralRules('en', { type: 'ordinal' });
const named = Object.assign([1, 2], { from: folder });
class Source {
  static readonly root = folder;
  readonly at = new URL('a.npy', Source.root);
}
const held = Object.freeze(new Source());
const byName = new Map([['folder', folder]]);
const twice = { folder, again: [folder] };

describe.each([1, 2])('with %i worker(s) a thread makes again', (nWorkers) => {
  test.each<[string, (x: number) => unknown]>([
    ['a URL', (x) => new URL(`${x}.npy`, folder).href],
    ['one in a Map', () => [...byName].map(([name, { href }]) => [name, href])],
    [
      'one in two places',
      () => [twice.folder === twice.again[0], twice.folder === folder, twice.folder.href],
    ],
    ['one that a list has been given', () => [named.length, named.from.href]],
    [
      'one in an instance, and a frozen one',
      () => [new Source().at.href, held.at.href, Object.isFrozen(held)],
    ],
    ['what a URL asks for', () => [query.get('year'), query.size]],
    ['an encoder', (x) => [...encoder.encode(`é${x}`)]],
    ['a format of numbers', (x) => [formats.euro.format(x * 1234.5), formats.short.format(x * 12_345)]],
    [
      'a format of dates',
      (x) => [formats.day.format(x * 1e12), formats.hour.format(0), formats.noon.format(0)],
    ],
    ['a method of a format', (x) => [x, x + 1].map(formats.euro.format)],
    ['an order', (x) => ['a10', 'a9', 'ä1', `b${x}`].sort(collator.compare)],
    ['a rule', (x) => plural.select(x)],
  ])('%s', async (_what, job) => {
    expect(await new JobRunner(job, { nWorkers }).runJobs([1, 2, 3])).toEqual([1, 2, 3].map(job));
  });

  test.each<[string, string, () => (x: number) => unknown]>([
    [
      'a part of a URL that is given another value',
      'page',
      () => {
        const page = new URL('https://example.org/');
        return (x) => {
          page.hash += `${x}`;
          return page.href;
        };
      },
    ],
    [
      'what is added to what it asks for',
      'page',
      () => {
        const page = new URL('https://example.org/');
        return (x) => {
          page.searchParams.append('x', `${x}`);
          return page.href;
        };
      },
    ],
    [
      'what is added to such by itself',
      'asked',
      () => {
        const asked = new URLSearchParams();
        return (x) => {
          asked.append('x', `${x}`);
          return `${asked}`;
        };
      },
    ],
  ])('and is refused that writes to it: %s', async (_what, name, make) => {
    const copied = [make(), make()].map((job, x) => job(x));
    const job = make();
    expect(copied).not.toEqual([0, 1].map((x) => job(x)));
    await expect(new JobRunner(make(), { nWorkers }).runJobs([0, 1])).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringContaining(`it writes to \`${name}\``),
    });
  });
});

test('a value of the kind that has been given something is refused', async () => {
  const marked = Object.assign(new Intl.NumberFormat('en'), { unit: 'km' });
  await expect(
    new JobRunner((x: number) => marked.format(x) + marked.unit).runJobs([1]),
  ).rejects.toMatchObject({
    code: 'WORKER_NOT_PORTABLE',
    message: expect.stringContaining('`marked` is an instance of NumberFormat'),
  });
});

test('later runs get what a URL is by then', async () => {
  const page = new URL('https://example.org/');
  await using runner = new JobRunner((x: number) => `${page.href}${x}`, { nWorkers: 2 });
  expect(await runner.runJobs([1])).toEqual(['https://example.org/1']);
  page.pathname = '/b/';
  expect(await runner.runJobs([1])).toEqual(['https://example.org/b/1']);
});
