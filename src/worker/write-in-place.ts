import { dtypeOf, type TypedArray, viewOf } from '../arrays/dtype.ts';
import { fits } from '../arrays/fit.ts';
import { isSharedArray } from '../arrays/shared-array.ts';
import { JobRunnerError } from '../errors.ts';
import type { OutputPlan } from '../protocol/messages.ts';

/** Puts a result where it belongs, whole or not at all. Throws `RESULT_DOES_NOT_FIT`. */
export type WriteInPlace = (place: number, output: unknown) => void;

export function writeInPlace(plan: OutputPlan): WriteInPlace {
  const { dtype, rowLength } = plan;
  const data = viewOf(dtype, plan.buffer, plan.byteOffset, plan.nRows * rowLength) as TypedArray;
  if (plan.isScalar) {
    const elements = data as unknown as Record<number, unknown>;
    if (dtype === 'float64') {
      return (place, output) => {
        if (typeof output !== 'number') throw misfit(output, dtype);
        elements[place] = output;
      };
    }
    return (place, output) => {
      if (!fits(dtype, output)) throw misfit(output, dtype);
      elements[place] = output;
    };
  }
  return (place, output) => {
    const row = rowOf(output, plan);
    (data as Float64Array).set(row as ArrayLike<number>, place * rowLength);
  };
}

function rowOf(output: unknown, { dtype, rowLength }: OutputPlan): ArrayLike<unknown> {
  const row = isSharedArray(output) ? (output.data as ArrayLike<unknown>) : output;
  const kind = dtypeOf(row);
  const flat =
    kind === undefined && Array.isArray(row)
      ? row.flat(Number.POSITIVE_INFINITY)
      : (row as ArrayLike<unknown>);
  if (kind === undefined && !Array.isArray(row)) throw misfit(output, `a row of ${rowLength} ${dtype}`);
  if (flat.length !== rowLength) {
    throw new JobRunnerError(
      'RESULT_DOES_NOT_FIT',
      `the result has ${flat.length} ${flat.length === 1 ? 'element' : 'elements'}; a row of the output has ${rowLength}`,
    );
  }
  if (kind !== dtype) {
    for (let i = 0; i < rowLength; i++)
      if (!fits(dtype, flat[i])) throw misfit(flat[i], dtype, `element ${i} of `);
  }
  return flat;
}

function misfit(value: unknown, wanted: string, part = ''): JobRunnerError {
  return new JobRunnerError(
    'RESULT_DOES_NOT_FIT',
    `${part}the result is ${show(value)}, which does not fit ${wanted}`,
  );
}

function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || value === undefined || value === null) return String(value);
  const kind = typeof value === 'object' ? value.constructor?.name || 'object' : typeof value;
  return `${/^[aeiou]/i.test(kind) ? 'an' : 'a'} ${kind}`;
}
