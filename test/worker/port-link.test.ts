import { setImmediate } from 'node:timers/promises';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ToLane } from '../../src/protocol/messages.ts';
import { PortLink, type ToThread } from '../../src/worker/port-link.ts';
import { batch, end } from './lane-probe.ts';

let main: MessagePort;
let far: MessagePort;
/** What the lane of each thread under test has handed to it. */
let heard: ToThread[];

beforeEach(() => {
  ({ port1: main, port2: far } = new MessageChannel());
  heard = [];
});

afterEach(() => main.close());

function send(lane: number, message: ToLane): void {
  main.postMessage({ type: 'message', lane, message } satisfies ToThread);
}

/** A lane whose thread delivers to it, as threads do. */
function fetching(lane: number): PortLink {
  const link: PortLink = new PortLink(far, lane, (message) => {
    if (message.type === 'message') link.deliver(message);
    else heard.push(message);
  });
  return link;
}

/** The same for what the event loop brings. */
function listening(lane: number): PortLink {
  const link = fetching(lane);
  far.on('message', (message: ToThread) => message.type === 'message' && link.deliver(message));
  return link;
}

/** First places of all batches that there are. */
function takeAll(link: PortLink): (number | string)[] {
  const taken: (number | string)[] = [];
  for (let message = link.take(); message !== undefined; message = link.take()) {
    taken.push(message.type === 'batch' ? message.first : message.type);
  }
  return taken;
}

test('messages are fetched in order, without a turn of the event loop', () => {
  const link = fetching(1);
  expect(link.take()).toBe(undefined);
  send(1, batch(0, [1]));
  send(1, batch(5, [1]));
  send(1, end);
  expect(takeAll(link)).toEqual([0, 5, 'end']);
});

test('none is lost or overtaken between waiting for one and fetching the others', async () => {
  const link = listening(1);
  for (let round = 0; round < 20; round++) {
    const arrival = link.arrival();
    for (let n = 0; n < 5; n++) send(1, batch(n, []));
    await arrival;
    await setImmediate();
    send(1, batch(5, []));
    await setImmediate();
    expect(takeAll(link)).toEqual([0, 1, 2, 3, 4, 5]);
  }
});

test('what is meant for another lane of the thread is passed over', async () => {
  const link = listening(2);
  send(1, end);
  send(2, batch(3, []));
  send(1, end);
  expect(takeAll(link)).toEqual([3]);
  const arrival = link.arrival();
  send(1, end);
  send(2, batch(4, []));
  await arrival;
  expect(takeAll(link)).toEqual([4]);
});

test('what is meant for the thread reaches it, though a lane that never waits has fetched it', () => {
  const link = fetching(1);
  main.postMessage({ type: 'retire', runnerId: 7 } satisfies ToThread);
  send(1, batch(0, [1]));
  main.postMessage({ type: 'retire', runnerId: 8 } satisfies ToThread);
  expect(takeAll(link)).toEqual([0]);
  expect(heard).toEqual([
    { type: 'retire', runnerId: 7 },
    { type: 'retire', runnerId: 8 },
  ]);
});

test('main gets what is posted, and what is moved is moved', () => {
  const link = fetching(1);
  const bytes = new ArrayBuffer(8);
  link.post({ type: 'log', record: { level: 'warn', message: 'x' } });
  link.post(
    {
      type: 'outcomes',
      runs: [0, 1],
      outputs: { values: [bytes], shared: [], fillings: [], tables: [] },
      rejections: [],
      worked: { jobs: 1, milliseconds: 1 },
    },
    [bytes],
  );
  expect(receiveMessageOnPort(main)?.message).toEqual({
    type: 'log',
    record: { level: 'warn', message: 'x' },
  });
  expect(receiveMessageOnPort(main)?.message.outputs.values).toEqual([new ArrayBuffer(8)]);
  expect(bytes.byteLength).toBe(0);
});
