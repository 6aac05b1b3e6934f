import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dtypeOf, type TypedArray } from '../arrays/dtype.ts';
import { checkPresent, say } from '../arrays/shape.ts';
import { isSharedArray, type SharedArray } from '../arrays/shared-array.ts';
import { JobRunnerError } from '../errors.ts';
import { encodeHeader } from './header.ts';

/** Written at a time. */
const CHUNK_BYTES: number = 2 ** 26;

let nWritten = 0;

/**
 * Writes an array as a `.npy` file, for NumPy's `load`: straight from its memory, piece by piece. The file appears
 * under its name when it is complete; a write that fails leaves what was there before.
 *
 * @param array - a SharedArray, or a typed array, which has one dimension
 * @throws JobRunnerError `INVALID_ARRAY` for anything else. Errors of the file system come as they are.
 *
 * @example
 * await writeNpy('spectra.npy', spectra);
 * // in Python: numpy.load('spectra.npy', mmap_mode='r')
 */
export async function writeNpy(path: string | URL, array: SharedArray | TypedArray): Promise<void> {
  const dtype = isSharedArray(array) ? array.dtype : dtypeOf(array);
  if (dtype === undefined) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `writeNpy takes a SharedArray or a typed array, not ${say(array)}`,
    );
  }
  if (!isSharedArray(array)) checkPresent(array, 'the array');
  const [shape, data] = isSharedArray(array) ? [array.shape, array.data] : [[array.length], array];
  const header = encodeHeader(dtype, shape);
  const target = await behindLinks(path instanceof URL ? fileURLToPath(path) : path);
  const partial = `${target}.${process.pid}-${nWritten++}.partial`;
  const file = await open(partial, 'wx');
  try {
    await writeFully(file, header);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      await writeFully(file, bytes.subarray(at, at + CHUNK_BYTES));
    }
    await file.close();
    await rename(partial, target);
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
}

/** Where a link leads to: the file is to be replaced, not the link. */
async function behindLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
