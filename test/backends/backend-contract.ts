import { expect, onTestFinished, test } from 'vitest';
import type { Backend, LaneEnding, LaneEvents, OpenLane } from '../../src/backends/backend.ts';
import type { FromLane, LaneStart, WorkerPlan } from '../../src/protocol/messages.ts';
import { restoreThrown } from '../../src/protocol/wire-error.ts';
import { until } from '../helpers/until.ts';
import { batch, end, outcomesIn, startLane, type Told, workerPlan } from '../worker/lane-probe.ts';

/** A backend that runs one of the functions in test/fixtures/lanes/jobs.mjs. */
export interface Subject {
  readonly backend: Backend;
  /** How a lane finds the function there. */
  readonly plan: Partial<WorkerPlan>;
}

/** What a run hears of one lane, in order. */
export class Heard implements LaneEvents {
  readonly all: string[] = [];
  readonly messages: FromLane[] = [];
  readonly ending: Promise<LaneEnding>;
  #end!: (ending: LaneEnding) => void;
  onStarted = (): void => {};

  constructor() {
    this.ending = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  readonly started = (): void => {
    this.all.push('started');
    this.onStarted();
  };
  readonly message = (message: FromLane): void => {
    this.all.push(message.type);
    this.messages.push(message);
  };
  readonly tick = (): void => {};
  readonly over = (ending: LaneEnding): void => {
    this.all.push('OVER');
    this.#end(ending);
  };

  get outcomes(): Map<number, Told> {
    return outcomesIn(this.messages);
  }

  get unfit(): unknown {
    const message = this.messages.find(({ type }) => type === 'unfit');
    return message?.type === 'unfit' ? restoreThrown(message.error) : undefined;
  }
}

/** A lane that is open, and all there is to see of it. */
export function open(
  { backend, plan }: Subject,
  nJobs: number,
  given: Partial<LaneStart> & { readonly args?: readonly unknown[]; readonly onStarted?: () => void } = {},
): { heard: Heard; lane: OpenLane } & ReturnType<typeof startLane> {
  const { args = [], onStarted, ...rest } = given;
  const started = startLane(nJobs, { worker: workerPlan({ ...plan, args }), ...rest });
  const heard = new Heard();
  if (onStarted) heard.onStarted = onStarted;
  const lane = backend.open(started.start, heard);
  let isOver = false;
  void heard.ending.then(() => {
    isOver = true;
  });
  // A lane that a failed test leaves behind would hold up the next ones.
  onTestFinished(() => {
    if (!isOver) lane.kill();
  });
  return { ...started, heard, lane };
}

/** What every backend promises. */
export function backendContract(subject: (name: string) => Subject): void {
  test('a lane starts, says all that it has to say, and is over once', async () => {
    const { heard } = open(subject('double'), 100);
    expect(heard.all).toEqual([]);
    expect(await heard.ending).toEqual({ type: 'finished' });
    expect(heard.all[0]).toBe('started');
    expect(heard.all.indexOf('OVER')).toBe(heard.all.length - 1);
    expect(
      [...heard.outcomes].map(([place, told]) => [place, told.status === 'fulfilled' && told.output]),
    ).toEqual(Array.from({ length: 100 }, (_, n) => [n, 2 * n]));
  });

  test('failures keep their class, code and message', async () => {
    const { heard } = open(subject('failing'), 4);
    await heard.ending;
    expect(heard.outcomes.get(2)).toEqual({ status: 'fulfilled', output: 2 });
    expect(heard.outcomes.get(3)).toMatchObject({
      status: 'rejected',
      thrown: { name: 'RangeError', message: 'odd 3', code: 'E_ODD' },
    });
  });

  test('jobs may take their time', async () => {
    const { heard } = open(subject('late'), 20);
    await heard.ending;
    expect(heard.outcomes.size).toBe(20);
  });

  test('results are what they were when the job returned them', async () => {
    const { heard } = open(subject('reusing'), 6);
    await heard.ending;
    for (const [place, told] of heard.outcomes) {
      const output = (told as { output: Float64Array }).output;
      expect([output.length, output[0], output[4095]]).toEqual([4096, place, place]);
    }
  });

  test('what jobs say comes with their place', async () => {
    const { heard } = open(subject('talking'), 2, { logLevel: 'info' });
    await heard.ending;
    const said = heard.messages.flatMap((message) => (message.type === 'log' ? [message.record] : []));
    expect(said).toEqual([
      { level: 'info', message: 'hello from 0', place: 0, workerId: 0 },
      { level: 'info', message: 'hello from 1', place: 1, workerId: 0 },
    ]);
  });

  test('what is posted arrives in order, before and after the lane has started', async () => {
    const opened = open(subject('double'), 0, { source: { type: 'posted' } });
    const { heard, lane } = opened;
    lane.post(batch(0, [10, 11]), []);
    await until(() => heard.outcomes.size === 2);
    lane.post(batch(2, [12]), []);
    lane.post(batch(3, [13]), []);
    lane.post(end, []);
    expect(await heard.ending).toEqual({ type: 'finished' });
    expect([...heard.outcomes.values()].map((told) => (told as { output: number }).output)).toEqual([
      20, 22, 24, 26,
    ]);
  });

  test('a lane that is called off is over at once, and is not heard of again', async () => {
    const { backend, plan } = subject('double');
    const { heard, lane, watch } = open({ backend, plan }, 5);
    expect(watch.abandon()).toBe(true);
    lane.cancel();
    expect(heard.all).toEqual(['OVER']);
    expect(await heard.ending).toEqual({ type: 'finished' });
    const next = open({ backend, plan }, 5);
    await next.heard.ending;
    expect(next.heard.outcomes.size).toBe(5);
    expect(heard.all).toEqual(['OVER']);
  });

  test('so is one that is called off when it has started and not begun', async () => {
    const { backend, plan } = subject('Gated');
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const { heard, lane, watch } = open({ backend, plan }, 5, { args: [gate] });
    await until(() => heard.all.length > 0);
    expect(watch.abandon()).toBe(true);
    lane.cancel();
    expect(heard.all).toEqual(['started', 'OVER']);
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    const next = open({ backend, plan }, 5, { args: [gate] });
    await next.heard.ending;
    expect(next.heard.outcomes.size).toBe(5);
    expect(heard.all).toEqual(['started', 'OVER']);
  });

  test('a stopped lane ends', async () => {
    const { heard, lane, ledger } = open(subject('late'), 1e6, {});
    await until(() => heard.messages.length > 0);
    ledger.stop();
    lane.post(end, []);
    expect(await heard.ending).toEqual({ type: 'finished' });
    expect(heard.outcomes.size).toBeLessThan(1e6);
  });

  test('a worker that cannot be made is unfit, and why is said', async () => {
    const { heard } = open(subject('Broken'), 3);
    expect(await heard.ending).toEqual({ type: 'finished' });
    expect(heard.unfit).toMatchObject({
      code: 'WORKER_NOT_CONSTRUCTED',
      message: expect.stringContaining('cannot be made'),
    });
    expect(heard.outcomes.size).toBe(0);
  });

  test('a runner keeps its worker from lane to lane', async () => {
    const { backend, plan } = subject('Counting');
    const worker = workerPlan({ ...plan, args: [100] });
    for (const expected of [102, 104]) {
      const { heard } = open({ backend, plan }, 2, { worker });
      await heard.ending;
      expect(heard.outcomes.get(1)).toEqual({ status: 'fulfilled', output: expected });
    }
  });
}
