import { isComplex, numbersPerElement } from './dtype.ts';
import type { SharedArrayLike } from './nested.ts';
import { say } from './shape.ts';

/** How many values of a dimension to show at either end. */
const EDGE = 3;

/** An array in the console: dtype, shape, and the values at its corners. */
export function inspectArray(array: SharedArrayLike): string {
  const gap = array.shape.length === 1 ? ' ' : '\n';
  return `SharedArray ${array.dtype} ${say(array.shape)}${gap}${corners(array)}`;
}

function corners(array: SharedArrayLike): string {
  const { shape } = array;
  const show = (axis: number, offset: number, size: number): string => {
    if (axis === shape.length) return element(array, offset);
    const length = shape[axis] as number;
    const width = length === 0 ? 0 : size / length;
    const parts: string[] = [];
    for (let i = 0; i < length; i++) {
      if (i === EDGE && length > 2 * EDGE) {
        parts.push('...');
        i = length - EDGE;
      }
      parts.push(show(axis + 1, offset + i * width, width));
    }
    return `[${parts.join(axis === shape.length - 1 ? ', ' : `,\n${' '.repeat(axis + 1)}`)}]`;
  };
  return show(0, 0, array.data.length / numbersPerElement(array.dtype));
}

function element({ data, dtype }: SharedArrayLike, index: number): string {
  if (!isComplex(dtype)) return number(data[index] as number | bigint);
  const imaginary = number(data[2 * index + 1] as number);
  return `${number(data[2 * index] as number)}${/^[-]/.test(imaginary) ? '' : '+'}${imaginary}i`;
}

function number(value: number | bigint): string {
  if (typeof value === 'bigint') return `${value}n`;
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
}
