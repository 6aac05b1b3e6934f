import type { DType } from './dtype.ts';

const INTEGER_RANGES: { readonly [D in DType]?: readonly [number, number] } = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/**
 * Whether the typed array of this dtype can hold the value as what it is. Integers are never wrapped; rounding to
 * float32 is no misfit, overflowing it is; a clamped array takes any number, since clamping is what it is for.
 */
export function fits(dtype: DType, value: unknown): boolean {
  switch (dtype) {
    case 'float64':
    case 'complex128':
      return typeof value === 'number';
    case 'float32':
    case 'complex64':
      return typeof value === 'number' && Number.isFinite(Math.fround(value)) === Number.isFinite(value);
    case 'uint8c':
      return typeof value === 'number' && !Number.isNaN(value);
    case 'bigint64':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
    case 'biguint64':
      return typeof value === 'bigint' && BigInt.asUintN(64, value) === value;
    default: {
      const [least, most] = INTEGER_RANGES[dtype]!;
      return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
    }
  }
}
