import { type FileHandle, open } from 'node:fs/promises';
import { bytesPerElement, type DType, numbersPerElement } from '../arrays/dtype.ts';
import { SharedArray } from '../arrays/shared-array.ts';
import { JobRunnerError } from '../errors.ts';
import { headerRange, type NpyHeader, PREAMBLE_BYTES, parseHeader, unreadable } from './header.ts';
import { scatterFortran } from './scatter-fortran.ts';

/** Read at a time: a multiple of every element size, and below the most that one call of the system reads. */
const CHUNK_BYTES: number = 2 ** 26;

/**
 * Reads a `.npy` file, as NumPy's `save` writes it, into shared memory: piece by piece, so that it is there once, be
 * it larger than any Buffer.
 *
 * Big-endian numbers and Fortran order become what this machine and {@link SharedArray} have. Booleans are read as
 * uint8, `int64` and `uint64` as bigints, a single number (of no dimension) as an array of one.
 *
 * @param dtype - what the file is to hold
 * @defaultValue `dtype`: whatever it holds
 * @throws JobRunnerError `FILE_NOT_READABLE`, with the path, for files that are no `.npy`, are cut short, or hold
 * what JavaScript has no arrays for (float16, strings, records, objects) or another dtype than asked for; and
 * `INVALID_ARRAY` for lack of memory. Errors of the file system come as they are.
 *
 * @example
 * const image = await readNpy('image.npy');            // SharedArray, of any dtype
 * const trace = await readNpy('trace.npy', 'float64'); // SharedArray<'float64'>, or an error
 */
export async function readNpy<D extends DType = DType>(
  path: string | URL,
  dtype?: D,
): Promise<SharedArray<D>> {
  const file = await open(path);
  try {
    return (await readArray(file, dtype)) as SharedArray<D>;
  } catch (error) {
    if (!(error instanceof JobRunnerError) || error.code !== 'FILE_NOT_READABLE') throw error;
    throw new JobRunnerError('FILE_NOT_READABLE', `cannot read ${String(path)}: ${error.message}`);
  } finally {
    await file.close();
  }
}

async function readArray(file: FileHandle, wanted: DType | undefined): Promise<SharedArray> {
  const { header, dataStart } = await readHeader(file);
  const { dtype, shape } = header;
  if (wanted !== undefined && wanted !== dtype) throw unreadable(`it holds ${dtype}, not ${wanted}`);
  const nBytes = shape.reduce((product, length) => product * length, bytesPerElement(dtype));
  const { size } = await file.stat();
  // Before anything is allocated: a header may say what it likes.
  if (!Number.isSafeInteger(nBytes) || size - dataStart < nBytes) {
    throw unreadable(
      `its data has ${Math.max(size - dataStart, 0)} bytes, and shape (${shape.join(', ')}) of ${dtype} needs ${nBytes}`,
    );
  }
  const array = SharedArray.zeros(dtype, shape.length === 0 ? 1 : shape);
  await (header.isFortran && shape.length > 1 ? readFortran : readStraight)(file, dataStart, header, array);
  return array;
}

async function readHeader(file: FileHandle): Promise<{ header: NpyHeader; dataStart: number }> {
  const preamble = new Uint8Array(PREAMBLE_BYTES);
  const { bytesRead } = await file.read(preamble, 0, PREAMBLE_BYTES, 0);
  const { start, length } = headerRange(preamble.subarray(0, bytesRead));
  const text = Buffer.alloc(length);
  await readFully(file, text, start);
  return {
    header: parseHeader(text.toString(preamble[6] === 3 ? 'utf8' : 'latin1')),
    dataStart: start + length,
  };
}

/** C order: from the file straight into the array. */
async function readStraight(
  file: FileHandle,
  dataStart: number,
  { dtype, isBigEndian }: NpyHeader,
  { data }: SharedArray,
): Promise<void> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const chunk = bytes.subarray(at, at + CHUNK_BYTES);
    await readFully(file, chunk, dataStart + at);
    if (isBigEndian) swapBytes(chunk, dtype);
  }
}

/** Fortran order: chunks are read aside, and their elements put where C order has them. */
async function readFortran(
  file: FileHandle,
  dataStart: number,
  { dtype, isBigEndian }: NpyHeader,
  array: SharedArray,
): Promise<void> {
  const nBytes = array.data.byteLength;
  const buffer = new ArrayBuffer(Math.min(CHUNK_BYTES, nBytes));
  for (let at = 0; at < nBytes; at += CHUNK_BYTES) {
    const chunk = new Uint8Array(buffer, 0, Math.min(CHUNK_BYTES, nBytes - at));
    await readFully(file, chunk, dataStart + at);
    if (isBigEndian) swapBytes(chunk, dtype);
    scatterFortran(array, buffer, at / bytesPerElement(dtype), chunk.length / bytesPerElement(dtype));
  }
}

async function readFully(file: FileHandle, target: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < target.length; ) {
    const { bytesRead } = await file.read(target, at, target.length - at, position + at);
    if (bytesRead === 0) throw unreadable(`it ends at byte ${position + at}, in the middle`);
    at += bytesRead;
  }
}

/** Turns the bytes of each number around. */
function swapBytes(bytes: Uint8Array, dtype: DType): void {
  const width = bytesPerElement(dtype) / numbersPerElement(dtype);
  if (width === 1) return;
  const buffer = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else buffer.swap64();
}
