import { ThreadWorker } from 'poolifier';
import { jobs } from '../contestants/jobs.mjs';

export default new ThreadWorker({ ...jobs });
