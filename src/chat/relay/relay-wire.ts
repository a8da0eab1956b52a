import type { BrokerEvents } from '../../rooms/index.ts';

/** What a worker may ask of the broker in the primary, and whether it waits for an answer. */
export const RELAYED_CALLS = {
  subscribe: true,
  unsubscribe: false,
  publish: true,
  findPublished: true,
  read: true,
  rules: true,
  renew: true,
  survey: true,
  whisper: false,
  attend: false,
  attendance: true,
  list: true,
  putRecord: true,
  getRecord: true,
  deleteRecord: true,
  signal: false,
} as const;

/** The name of a call that is relayed. */
export type RelayedCall = keyof typeof RELAYED_CALLS;

/** From a worker to the primary. */
export type RelayRequest =
  | { readonly relay: 'connect'; readonly node: string }
  | { readonly relay: 'call'; readonly name: RelayedCall; readonly number: number; readonly args: readonly unknown[] }
  | { readonly relay: 'close' };

/** From the primary to a worker. */
export type RelayNews =
  | { readonly relay: 'connected' }
  | { readonly relay: 'answer'; readonly number: number; readonly answer: unknown }
  | { readonly relay: 'event'; readonly name: keyof BrokerEvents; readonly args: readonly unknown[] }
  | { readonly relay: 'closed' };

/**
 * One end of a channel between two processes that keeps the order of messages and copies them as structured clones do: with maps,
 * sets and `Infinity`. For `node:cluster` that is the serialization `advanced`.
 */
export interface RelayChannel {
  send(message: RelayRequest | RelayNews): void;
  onMessage(take: (message: unknown) => void): void;
  /** The other process is gone. */
  onGone(take: () => void): void;
}

/** Whether a message is one of ours: others may use the same channel. */
export function isRelayed(message: unknown): message is { readonly relay: unknown } {
  return typeof message === 'object' && message !== null && 'relay' in message;
}
