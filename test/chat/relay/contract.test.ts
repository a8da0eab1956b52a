import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { RelayBroker } from '../../../src/chat/relay/relay-broker.ts';
import { serveRelay } from '../../../src/chat/relay/relay-desk.ts';
import type { RelayChannel } from '../../../src/chat/relay/relay-wire.ts';
import type { BrokerEvents, MemoryBrokerLimits } from '../../../src/rooms/index.ts';
import { MemoryBroker } from '../../../src/rooms/index.ts';
import { describeBroker } from '../../rooms/broker-contract.ts';
import { Recorder } from '../../rooms/recorder.ts';

const channelOf = (port: MessagePort): RelayChannel => ({
  send: (message) => port.postMessage(message),
  onMessage: (take) => void port.on('message', take),
  onGone: (take) => void port.on('close', take),
});

/** A broker in memory that is reached by messages between two ports, as between two processes. */
function house(limits: Partial<MemoryBrokerLimits> = {}) {
  let later = 0;
  let epochs = 0;
  const memory = new MemoryBroker({ now: () => Date.now() + later, newEpoch: () => `epoch-${++epochs}` }, limits);
  const ports = new Map<string, MessagePort>();
  const connect = (node: string, events: BrokerEvents, serve: boolean = true): Promise<RelayBroker> => {
    const { port1, port2 } = new MessageChannel();
    ports.set(node, port1);
    if (serve) serveRelay(memory, channelOf(port1));
    return new Promise((resolve) => {
      const heard = new Proxy(events, {
        get: (target, name: keyof BrokerEvents) => (name === 'state' ? report : target[name].bind(target)),
      });
      const broker = new RelayBroker(node, channelOf(port2), heard);
      function report(state: 'up' | 'degraded'): void {
        events.state(state);
        resolve(broker);
      }
      if (!serve) resolve(broker);
    });
  };
  return {
    memory,
    ports,
    connect,
    pass: (ms: number) => {
      later += ms;
    },
    close: () => {
      for (const port of ports.values()) port.close();
    },
  };
}

describeBroker('the relay to a broker in another process', {
  entriesPerRoom: 20,
  nodeTtlMs: 15_000,
  dedupMs: 600_000,
  async open() {
    const { memory, ports, connect, pass, close } = house({ entriesPerRoom: 20 });
    return {
      connect,
      kill: async (node) => ports.get(node)?.close(),
      pass: async (ms) => pass(ms),
      loseEnd: async (room, seq) => memory.loseEnd(room, seq),
      close: async () => close(),
    };
  },
});

test('is degraded once the other process is gone, and settles what waits', async () => {
  const { ports, connect } = house();
  const heard = new Recorder();
  const broker = await connect('n-1', heard);
  const waiting = broker.list('', 10);
  ports.get('n-1')?.close();
  expect([{ refusal: 'unavailable' }, { rooms: [], next: undefined }]).toContainEqual(await waiting);
  while (broker.state === 'up') await new Promise(setImmediate);
  expect(heard.states).toEqual(['up', 'degraded']);
  expect(await broker.rules('tea')).toEqual({ refusal: 'unavailable' });
  await broker.close();
});

test('is not up before the other process has answered, and refuses until then', async () => {
  const { connect, close } = house();
  const broker = await connect('n-1', new Recorder(), false);
  expect(broker.state).toBe('degraded');
  expect(await broker.subscribe('tea')).toEqual({ refusal: 'unavailable' });
  await broker.close();
  close();
});
