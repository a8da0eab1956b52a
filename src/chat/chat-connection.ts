import type { DeliveryStatus } from '../rooms/index.ts';
import type { Refusal } from './errors.ts';
import type { Identity } from './identity.ts';

/** What the chat asks of a connection. Neither call throws for the state of the connection. */
export interface ChatConnection<Prepared> {
  send(prepared: Prepared): DeliveryStatus;
  close(code: number, reason: string): void;
}

/** What is known of a connection besides. */
export interface ConnectionFacts {
  /** What the rate limits of addresses know it by; undefined if they do not concern it. */
  readonly address?: string | undefined;
  /** Who it is by token; undefined for somebody who just chooses a name. */
  readonly identity?: Identity | undefined;
}

/** A refusal, and what it answers to. */
export interface Answer {
  readonly refusal: Refusal;
  readonly id?: string | undefined;
  readonly room?: string | undefined;
}
