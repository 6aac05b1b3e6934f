import { dtypeOf, type TypedArray } from '../arrays/dtype.ts';
import { sameShape } from '../arrays/shape.ts';
import { isSharedArray } from '../arrays/shared-array.ts';
import {
  type AimedArguments,
  RESULT_ROWS,
  type ResultRows,
  type WrittenRows,
} from '../protocol/result-rows.ts';

const WRITTEN: WrittenRows = { [RESULT_ROWS]: 'written' };

/**
 * Copies what a job has returned straight to where its input says that it belongs, so that it need not travel: a word
 * goes in its stead. What does not fit there goes as it is.
 */
export function writeRows(returned: unknown, input: unknown): unknown {
  const targets = (input as AimedArguments)[RESULT_ROWS];
  if (targets === undefined) return returned;
  return returned instanceof Promise
    ? returned.then((value) => inRows(value, targets))
    : inRows(returned, targets);
}

function inRows(returned: unknown, targets: readonly ResultRows[]): unknown {
  let value = returned;
  for (const target of targets) {
    if (target.index === undefined) value = inOwnRows(value, target);
    else if (Array.isArray(value) && target.index < value.length) {
      value = value.with(target.index, inOwnRows(value[target.index], target));
    }
  }
  return value;
}

function inOwnRows(value: unknown, { dtype, shape, data }: ResultRows): unknown {
  const fits = isSharedArray(value)
    ? value.dtype === dtype && shape !== undefined && sameShape(value.shape, shape)
    : dtypeOf(value) === dtype && shape === undefined && (value as TypedArray).length === data.length;
  if (!fits) return value;
  (data as Float64Array).set((isSharedArray(value) ? value.data : value) as Float64Array);
  return WRITTEN;
}
