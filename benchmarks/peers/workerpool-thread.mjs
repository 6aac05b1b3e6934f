import workerpool from 'workerpool';
import { jobs } from '../contestants/jobs.mjs';

function moved(place) {
  const row = jobs.megabyte(place);
  return new workerpool.Transfer(row, [row.buffer]);
}

workerpool.worker({ ...jobs, moved });
