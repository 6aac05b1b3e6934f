import { parentPort } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { jobs } from '../contestants/jobs.mjs';

function moved(place) {
  const row = jobs.megabyte(place);
  return Comlink.transfer(row, [row.buffer]);
}

Comlink.expose({ ...jobs, moved }, nodeEndpoint(parentPort));
