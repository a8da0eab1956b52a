import type { SlowPolicy } from './member-queue.ts';

/**
 * What became of a message that was handed to one member.
 *
 * `ok`: accepted. `pressured`: accepted, the member is behind. `dropped`: refused, its queue is full. `closed`: the member is gone.
 */
export type DeliveryStatus = 'ok' | 'pressured' | 'dropped' | 'closed';

/** What a room asks of a member: take an encoded message. It must not throw for the state of its connection. */
export interface RoomMember<Prepared> {
  send(prepared: Prepared): DeliveryStatus;
}

/** What became of one published message: `recipients` is the sum of the other four. */
export interface DeliveryCount {
  recipients: number;
  ok: number;
  /** Accepted by a connection that is behind, or waiting in a queue of the room. */
  pressured: number;
  /** Refused by a connection whose queue is full, or not offered to a member that is behind because nobody needs it later. */
  dropped: number;
  closed: number;
}

/** All that became of the messages of a room. */
export interface DeliveryTotals extends DeliveryCount {
  published: number;
  /** How many messages went from the queues of members that did not read, for newer ones. They were counted as `pressured` before. */
  displaced: number;
}

/** How a message is treated for a member that is behind. */
export interface Lasting {
  /** Its place in the order of the room. */
  readonly seq: number;
  /** What it is conflated by. */
  readonly key: string;
  readonly bytes: number;
}

/** What a hub and its rooms need from above. */
export interface RoomPorts<Member, Message, Prepared> {
  /** Turns a message into the form that members take. Called once for each published message, however many receive it. */
  encode(message: Message): Prepared;
  /**
   * Told of each member that did not get a message which it must not miss, after everybody else has it.
   * Whoever promises completeness closes or removes the member here; the rest of the room is not delayed by it.
   */
  undelivered?(member: Member, status: 'dropped' | 'closed', room: string): void;
  /** How a message waits for members that are behind; undefined for one of the moment, which they do not get. Default: `close`. */
  lasting?(message: Message): Lasting | undefined;
  /** The message that tells a member what it missed, both ends included; some of what lies between may have reached it. */
  missed?(room: string, from: number, to: number): Message;
  /** What becomes of members that do not read. Default: `close`. */
  policyOf?(room: string): SlowPolicy;
}
