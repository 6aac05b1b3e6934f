import { metric, type Question } from './harness/question.ts';
import { milliseconds } from './harness/table.ts';
import { variant } from './harness/variant.ts';

const CONSTANT = 'BLOCK_BYTES';

export const blockBytes: Question = {
  name: 'block-bytes',
  asks: 'How many bytes of its arguments should a block of splitRows have, at most?',
  isSweep: true,
  rows: ({ quick }) => {
    const size = { nRows: quick ? 2000 : 25_000, width: 10_000, passes: quick ? 1 : 3 };
    return [21, 23, 25, 27].flatMap((power) => {
      const spec = { sample: 'split-rows', ...size, build: variant(CONSTANT, 2 ** power) } as const;
      const label = `${CONSTANT} = 2 ** ${power}`;
      return [
        { label, group: 'into `out`', spec: { ...spec, way: 'splitRows', hasOutput: true } },
        { label, group: 'joining', spec: { ...spec, way: 'splitRowsReturned' } },
      ];
    });
  },
  columns: [
    metric('ms', 'took', milliseconds),
    metric('ofData', 'memory, of array and output', (share) => share.toFixed(2)),
  ],
};
