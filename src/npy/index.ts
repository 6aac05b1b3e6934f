/**
 * Arrays in the files that NumPy writes and reads: `parajob/npy`.
 *
 * @packageDocumentation
 */
export { readNpy } from './read-npy.ts';
export { writeNpy } from './write-npy.ts';
