/** The typed array of each dtype, over any buffer. */
interface TypedArrays<B extends ArrayBufferLike> {
  float64: Float64Array<B>;
  float32: Float32Array<B>;
  int32: Int32Array<B>;
  uint32: Uint32Array<B>;
  int16: Int16Array<B>;
  uint16: Uint16Array<B>;
  int8: Int8Array<B>;
  uint8: Uint8Array<B>;
  uint8c: Uint8ClampedArray<B>;
  bigint64: BigInt64Array<B>;
  biguint64: BigUint64Array<B>;
  complex64: Float32Array<B>;
  complex128: Float64Array<B>;
}

/**
 * The element types of JavaScript's typed arrays, under the names that the array libraries use. Complex numbers are
 * pairs of floats, real part first, interleaved: a row of `n` of them is a typed array of `2 n`.
 */
export type DType = keyof TypedArrays<ArrayBufferLike>;

/** The dtypes whose elements are two numbers each. */
export type ComplexDType = 'complex64' | 'complex128';

/** The dtypes that tell all about a typed array. */
export type RealDType = Exclude<DType, ComplexDType>;

/** The typed array of a dtype. */
export type TypedArrayOf<D extends DType, B extends ArrayBufferLike = ArrayBufferLike> = TypedArrays<B>[D];

/** What the typed array of a dtype holds. */
export type ElementOf<D extends DType> = D extends 'bigint64' | 'biguint64' ? bigint : number;

/** Any typed array that has a dtype. */
export type TypedArray<B extends ArrayBufferLike = ArrayBufferLike> = TypedArrayOf<DType, B>;

const CONSTRUCTORS: Record<DType, { readonly name: string; readonly BYTES_PER_ELEMENT: number }> = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  uint8c: Uint8ClampedArray,
  bigint64: BigInt64Array,
  biguint64: BigUint64Array,
  complex64: Float32Array,
  complex128: Float64Array,
};

export const DTYPES: readonly DType[] = Object.keys(CONSTRUCTORS) as DType[];

const DTYPE_OF_TAG = new Map(
  DTYPES.filter((dtype) => !isComplex(dtype)).map((dtype) => [CONSTRUCTORS[dtype].name, dtype as RealDType]),
);

// The getter on %TypedArray%.prototype reads an internal slot: right across realms, and deaf to impostors.
const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;

/** The dtype of a typed array, taken for real numbers; undefined for anything else, and for kinds that have none here. */
export function dtypeOf(value: unknown): RealDType | undefined {
  const tag = typedArrayTag.call(value);
  return tag === undefined ? undefined : DTYPE_OF_TAG.get(tag);
}

export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(CONSTRUCTORS, value);
}

export function isComplex(dtype: DType): dtype is ComplexDType {
  return dtype === 'complex64' || dtype === 'complex128';
}

/** How many numbers of the typed array make one element. */
export function numbersPerElement(dtype: DType): 1 | 2 {
  return isComplex(dtype) ? 2 : 1;
}

export function bytesPerElement(dtype: DType): number {
  return CONSTRUCTORS[dtype].BYTES_PER_ELEMENT * numbersPerElement(dtype);
}

/** The typed array of `length` numbers of `buffer`, from `byteOffset`. */
export function viewOf<D extends DType, B extends ArrayBufferLike>(
  dtype: D,
  buffer: B,
  byteOffset?: number,
  length?: number,
): TypedArrayOf<D, B> {
  const Constructor = CONSTRUCTORS[dtype] as unknown as new (
    buffer: B,
    byteOffset?: number,
    length?: number,
  ) => TypedArrayOf<D, B>;
  return new Constructor(buffer, byteOffset, length);
}
