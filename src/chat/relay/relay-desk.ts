import type { Broker, BrokerEvents, MemoryBroker } from '../../rooms/index.ts';
import { whenReady } from '../../rooms/index.ts';
import { isRelayed, RELAYED_CALLS, type RelayChannel, type RelayRequest } from './relay-wire.ts';

/**
 * Serves one worker in the primary: connects it to the broker in memory under the name that it gives, does what it asks, and tells
 * it what it is to hear. When the worker is gone its presence is taken back.
 */
export function serveRelay(memory: MemoryBroker, channel: RelayChannel): void {
  let broker: Broker | undefined;
  const tell =
    (name: keyof BrokerEvents) =>
    (...args: unknown[]): void =>
      channel.send({ relay: 'event', name, args });
  const events: BrokerEvents = {
    entry: tell('entry'),
    renewed: tell('renewed'),
    whisper: tell('whisper'),
    presence: tell('presence'),
    signal: tell('signal'),
    state: tell('state'),
  };
  const leave = (): void => {
    void broker?.close();
    broker = undefined;
  };
  channel.onGone(leave);
  channel.onMessage((message) => {
    if (!isRelayed(message)) return;
    const request = message as RelayRequest;
    if (request.relay === 'connect') {
      broker ??= memory.connect(request.node, events);
      channel.send({ relay: 'connected' });
    } else if (request.relay === 'close') {
      leave();
      channel.send({ relay: 'closed' });
    } else if (broker && Object.hasOwn(RELAYED_CALLS, request.name)) {
      const { name, number, args } = request;
      const call = broker[name] as (...args: readonly unknown[]) => unknown;
      whenReady(call.apply(broker, [...args]), (answer) => {
        if (RELAYED_CALLS[name]) channel.send({ relay: 'answer', number, answer });
      });
    }
  });
}
