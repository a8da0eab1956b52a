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
  pressured: number;
  dropped: number;
  closed: number;
}

/** What a hub and its rooms need from above. */
export interface RoomPorts<Member, Message, Prepared> {
  /** Turns a message into the form that members take. Called once for each published message, however many receive it. */
  encode(message: Message): Prepared;
  /**
   * Told of each member that did not get a message, after everybody else has it.
   * Whoever promises completeness closes or removes the member here; the rest of the room is not delayed by it.
   */
  undelivered?(member: Member, status: 'dropped' | 'closed', room: string): void;
}
