import type { Bar, Column, Measured, Measurements } from './question.ts';

/** A table for people: groups side by side, one table a column; without groups one table of all columns. */
export function tables(columns: readonly Column[], all: Measurements): string {
  const groups = [...new Set(all.rows.map(({ group }) => group))];
  const lines =
    groups.length > 1
      ? columns.map((column) => aligned(pivot(column, groups, all))).join('\n\n')
      : aligned([
          ['', ...columns.map(({ title }) => title), 'range'],
          ...all.rows.map((row) => [
            row.label,
            ...columns.map((column) => shown(column, row, all)),
            rangeOf(columns[0]!, row, all),
          ]),
        ]);
  return lines + remarks(all.rows);
}

function pivot(column: Column, groups: readonly string[], all: Measurements): string[][] {
  const labels = [...new Set(all.rows.map(({ label }) => label))];
  const cell = (label: string, group: string) => {
    const row = all.rows.find((r) => r.label === label && r.group === group);
    return row === undefined ? '' : shown(column, row, all);
  };
  const lines = labels.map((label) => [label, ...groups.map((group) => cell(label, group))]);
  // Some metrics are of some rows only.
  return [[column.title, ...groups], ...lines.filter((cells) => cells.slice(1).some((text) => text !== ''))];
}

function shown(column: Column, row: Measured, all: Measurements): string {
  if (row.error !== undefined) return '-';
  const value = column.of(row, all);
  return value === undefined ? '' : `${column.show(value)}${row.isNoisy ? ' ~' : ''}`;
}

/** Least and most over the rounds, in the words of the column. */
function rangeOf(column: Column, row: Measured, all: Measurements): string {
  if (row.error !== undefined || row.nRounds < 2) return '';
  const at = (pick: 'least' | 'most') => {
    const metrics = Object.fromEntries(
      Object.entries(row.metrics).map(([name, spread]) => [name, { ...spread, median: spread[pick] }]),
    );
    return column.of({ ...row, metrics }, all) ?? Number.NaN;
  };
  const ends = [at('least'), at('most')].sort((a, b) => a - b);
  return ends.map(column.show).join(' .. ');
}

function remarks(rows: readonly Measured[]): string {
  const errors = rows
    .filter(({ error }) => error !== undefined)
    .map(({ label, error }) => `\n  - ${label}: ${error}`);
  const failed = [...new Set(errors)].join('');
  return rows.some(({ isNoisy }) => isNoisy)
    ? `\n  ~ other processes took part of the machine${failed}`
    : failed;
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

/** Whether each bar was met, and by how much it was missed. */
export function barLines(bars: readonly Bar[]): string {
  return bars.map((bar) => `  ${verdict(bar)}`).join('\n');
}

export function isMet({ value, wanted, sense }: Bar): boolean {
  if (value === undefined) return false;
  return sense === 'at least' ? value >= wanted : value <= wanted;
}

function verdict(bar: Bar): string {
  const { says, value, wanted, sense } = bar;
  const promise = `${says}: ${sense} ${plain(wanted)}`;
  if (value === undefined) return `?      ${promise}, not measured`;
  if (isMet(bar)) return `met    ${promise}, is ${plain(value)}`;
  const short = Math.abs(value / wanted - 1);
  return `missed ${promise}, is ${plain(value)} (${percent(short)} ${sense === 'at least' ? 'short' : 'over'})`;
}

export function plain(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3).replace(/\.?0+$/, '');
}

export function percent(value: number): string {
  return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}

/** 1.2 M, 48 k. */
export function compact(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}

export function milliseconds(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ms`;
}
