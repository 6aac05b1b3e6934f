/** What a sample's process is told; `sample` is the script, `contestant` who takes part in it. */
export interface Spec {
  readonly sample?:
    | 'array-lock'
    | 'beside'
    | 'calibrate'
    | 'closure'
    | 'endless'
    | 'fault'
    | 'map'
    | 'shared-loop'
    | 'split-rows'
    | 'start';
  readonly contestant?: string;
  readonly nodeOptions?: readonly string[];
  readonly [parameter: string]: unknown;
}

/** One line of a table: a contestant at one kind of work. */
export interface Row {
  readonly label: string;
  /** Tables have a column for each group. */
  readonly group?: string;
  readonly spec: Spec;
}

/** What a benchmark is run with. */
export interface Setting {
  readonly threads: number;
  /** Tiny sizes: to see that everything runs, not how fast. */
  readonly quick: boolean;
  /** How many rounds of `spin` a microsecond takes on this machine. */
  readonly roundsPerMicrosecond: number;
}

/** Median and range over the rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Measured {
  readonly label: string;
  readonly group: string;
  readonly metrics: Readonly<Record<string, Spread>>;
  readonly nRounds: number;
  /** Other processes took part of the machine, again and again. */
  readonly isNoisy: boolean;
  /** Why there are no numbers. */
  readonly error: string | undefined;
}

export interface Column {
  readonly title: string;
  readonly of: (row: Measured, all: Measurements) => number | undefined;
  readonly show: (value: number) => string;
}

/** What was promised, and what came of it. */
export interface Bar {
  readonly says: string;
  readonly value: number | undefined;
  readonly wanted: number;
  readonly sense: 'at least' | 'at most';
}

/** One question a file. */
export interface Question {
  readonly name: string;
  readonly asks: string;
  readonly rows: (setting: Setting) => readonly Row[];
  readonly columns: readonly Column[];
  readonly bars?: (all: Measurements) => readonly Bar[];
  /** Pictures by file name. */
  readonly charts?: (all: Measurements) => Readonly<Record<string, string>>;
  /** Sweeps a constant of the package: run only when asked for by name. */
  readonly isSweep?: boolean;
  /** What was measured elsewhere, and where. */
  readonly elsewhere?: readonly string[];
}

/** All rows of a question, to be asked for single numbers. */
export class Measurements {
  readonly rows: readonly Measured[];

  constructor(rows: readonly Measured[]) {
    this.rows = rows;
  }

  /** The median; undefined for a row that did not run. */
  median(metric: string, label: string, group = ''): number | undefined {
    return this.rows.find((row) => row.label === label && row.group === group)?.metrics[metric]?.median;
  }

  /** The best median among some labels. */
  best(
    metric: string,
    labels: readonly string[],
    group = '',
    pick: 'most' | 'least' = 'most',
  ): number | undefined {
    const found = labels
      .map((label) => this.median(metric, label, group))
      .filter((value) => value !== undefined);
    if (found.length === 0) return undefined;
    return pick === 'most' ? Math.max(...found) : Math.min(...found);
  }
}

/** `a / b`, where both are known. */
export function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

/** A column that shows one metric. */
export function metric(name: string, title: string, show: (value: number) => string): Column {
  return { title, of: (row) => row.metrics[name]?.median, show };
}
