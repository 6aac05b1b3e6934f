import type { DType } from '../arrays/dtype.ts';
import { say } from '../arrays/shape.ts';
import { JobRunnerError } from '../errors.ts';

/** What the header of a `.npy` file says. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly isBigEndian: boolean;
  /** Whether the first index moves fastest. */
  readonly isFortran: boolean;
  /** As NumPy has it: `[]` for a single number. */
  readonly shape: readonly number[];
}

// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
export const MAGIC: Buffer = Buffer.from('\x93NUMPY', 'latin1');
/** Magic, version, and the longer form of the header's length. */
export const PREAMBLE_BYTES = 12;
const ALIGNMENT = 64;
/** NumPy itself takes no longer one for data that it trusts not. */
const MOST_BYTES = 1 << 20;

const DTYPE_OF: Readonly<Record<string, DType>> = {
  f8: 'float64',
  f4: 'float32',
  i8: 'bigint64',
  u8: 'biguint64',
  i4: 'int32',
  u4: 'uint32',
  i2: 'int16',
  u2: 'uint16',
  i1: 'int8',
  u1: 'uint8',
  b1: 'uint8',
  c16: 'complex128',
  c8: 'complex64',
};

const DESCR_OF: Readonly<Record<DType, string>> = {
  float64: '<f8',
  float32: '<f4',
  bigint64: '<i8',
  biguint64: '<u8',
  int32: '<i4',
  uint32: '<u4',
  int16: '<i2',
  uint16: '<u2',
  int8: '|i1',
  uint8: '|u1',
  uint8c: '|u1',
  complex128: '<c16',
  complex64: '<c8',
};

const KINDS: Readonly<Record<string, string>> = {
  f2: 'float16, which JavaScript has no array for before Node 24',
  f16: 'an extended float, which JavaScript has no array for',
  c32: 'an extended complex number, which JavaScript has no array for',
  O: 'Python objects, pickled',
  S: 'byte strings',
  U: 'strings',
  V: 'raw bytes',
  M: 'dates',
  m: 'time spans',
};

/** Where in the file the header's text is. */
export function headerRange(preamble: Uint8Array): { readonly start: number; readonly length: number } {
  const bytes = Buffer.from(preamble.buffer, preamble.byteOffset, preamble.byteLength);
  if (bytes.length < PREAMBLE_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw unreadable('it does not start as .npy files do');
  }
  const version = bytes[6]!;
  if (version < 1 || version > 3)
    throw unreadable(`its format has version ${version}.${bytes[7]}; 1 to 3 are known`);
  const range =
    version === 1
      ? { start: 10, length: bytes.readUInt16LE(8) }
      : { start: 12, length: bytes.readUInt32LE(8) };
  if (range.length > MOST_BYTES) throw unreadable(`its header claims to have ${range.length} bytes`);
  return range;
}

/** Reads the Python literal that a header is. */
export function parseHeader(text: string): NpyHeader {
  const entries = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? '';
  const descr = /["']descr["']\s*:\s*(?:["']([^"']*)["']|([[(]))/.exec(entries);
  const order = /["']fortran_order["']\s*:\s*(True|False)\b/.exec(entries);
  const shape = /["']shape["']\s*:\s*\(([^()]*)\)/.exec(entries);
  if (descr === null || order === null || shape === null) {
    throw unreadable(`its header is ${JSON.stringify(text.slice(0, 200))}`);
  }
  if (descr[2] !== undefined)
    throw unreadable('it holds records (a structured dtype): save its fields one by one');
  return { ...dtypeIn(descr[1]!), isFortran: order[1] === 'True', shape: shapeIn(shape[1]!) };
}

function dtypeIn(descr: string): Pick<NpyHeader, 'dtype' | 'isBigEndian'> {
  const [, order, kind = '', unit] = /^([<>|=]?)(\w+)(.*)$/.exec(descr) ?? [];
  const dtype = unit === '' && Object.hasOwn(DTYPE_OF, kind) ? DTYPE_OF[kind] : undefined;
  if (dtype !== undefined) return { dtype, isBigEndian: order === '>' };
  const what = KINDS[kind] ?? KINDS[kind[0] ?? ''];
  throw unreadable(`it holds ${what ?? 'something unknown'} (dtype '${descr}')`);
}

function shapeIn(text: string): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  // A tuple of one has a comma at its end.
  if (parts.at(-1) === '') parts.pop();
  const shape = parts.map((part) => (/^\d+L?$/.test(part) ? Number.parseInt(part, 10) : Number.NaN));
  if (!shape.every(Number.isSafeInteger)) throw unreadable(`its shape is (${text})`);
  return shape;
}

/** Everything before the data. */
export function encodeHeader(dtype: DType, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${DESCR_OF[dtype]}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const unpadded = MAGIC.length + 4 + text.length + 1;
  const padding = Math.ceil(unpadded / ALIGNMENT) * ALIGNMENT - unpadded;
  const body = Buffer.from(`${text}${' '.repeat(padding)}\n`, 'latin1');
  if (body.length > 0xffff) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `a shape of ${shape.length} dimensions is too long: ${say(shape)}`,
    );
  }
  const preamble = Buffer.alloc(MAGIC.length + 4);
  MAGIC.copy(preamble);
  preamble[6] = 1;
  preamble.writeUInt16LE(body.length, 8);
  return Buffer.concat([preamble, body]);
}

/** What is wrong with a file; the reader knows which one it is. */
export function unreadable(problem: string): JobRunnerError {
  return new JobRunnerError('FILE_NOT_READABLE', problem);
}
