import Tinypool from 'tinypool';
import { megabyte } from '../contestants/jobs.mjs';

export * from '../contestants/jobs.mjs';

export function moved(place) {
  return Tinypool.move(megabyte(place));
}
