import * as parajob from 'parajob';
import { megabyte } from './jobs.mjs';

/** Hands its buffer over instead of having it copied. */
export function movedMegabyte(place) {
  return parajob.move(megabyte(place));
}
