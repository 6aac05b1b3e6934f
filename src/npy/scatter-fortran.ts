import { numbersPerElement, viewOf } from '../arrays/dtype.ts';
import type { SharedArray } from '../arrays/shared-array.ts';

/**
 * Puts `count` elements in Fortran order, from the `first` of an array on, where C order has them. They fill
 * `buffer` from its start.
 */
export function scatterFortran(array: SharedArray, buffer: ArrayBuffer, first: number, count: number): void {
  const { dtype, shape, stride } = array;
  const perElement = numbersPerElement(dtype);
  const source = viewOf(dtype, buffer, 0, count * perElement) as Float64Array;
  const target = array.data as Float64Array;
  // The index of the element at hand, first axis fastest, and its place in C order.
  const index: number[] = [];
  let rest = first;
  for (const length of shape) {
    index.push(rest % length);
    rest = Math.floor(rest / length);
  }
  let place = index.reduce((sum, at, axis) => sum + at * stride[axis]!, 0);
  for (let n = 0; n < count; n++) {
    target[place * perElement] = source[n * perElement]!;
    if (perElement === 2) target[place * 2 + 1] = source[n * 2 + 1]!;
    for (let axis = 0; axis < shape.length; axis++) {
      place += stride[axis]!;
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      place -= shape[axis]! * stride[axis]!;
      index[axis] = 0;
    }
  }
}
