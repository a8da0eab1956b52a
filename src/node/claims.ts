import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';

type Listener = Parameters<EventEmitter['on']>[1];

/** What asks who listens; of every server that emits requests. */
export type Listened = Pick<EventEmitter, 'listeners'>;

const ours = new WeakSet<Listener>();
const taken = new WeakSet<Duplex>();

/** Makes a listener known as one of this package, which leaves alone what another of them took. */
export function known<L extends Listener>(listener: L): L {
  ours.add(listener);
  return listener;
}

/** How many others than this package listen to `event`. */
export function countStrangers(server: Listened, event: string): number {
  return server.listeners(event).filter((listener) => !ours.has(listener as Listener)).length;
}

/** Whether nobody is asked after `listener`, and nobody but this package was asked before. */
export function isLastResort(server: Listened, event: string, listener: Listener): boolean {
  return server.listeners(event).at(-1) === listener && countStrangers(server, event) === 0;
}

/** Takes a transport. */
export function claim(transport: Duplex): void {
  taken.add(transport);
}

/** Whether somebody has taken a transport, or it is gone. */
export function isTaken(transport: Duplex): boolean {
  return taken.has(transport) || transport.destroyed || transport.writableEnded || transport.listenerCount('data') > 0;
}
