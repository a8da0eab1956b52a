import type { Broker } from './broker.ts';
import type { RoomMember } from './delivery.ts';
import type { PreparedEntries } from './prepared-entries.ts';
import type { RoomEvent, RoomNodePorts } from './room-events.ts';
import type { RoomHub } from './room-hub.ts';

/** What a room of a node sees of its node. */
export interface NodeContext<Member extends RoomMember<Prepared>, Prepared> {
  readonly broker: Broker;
  readonly ports: RoomNodePorts<Member, Prepared>;
  readonly hub: RoomHub<Member, RoomEvent, Prepared>;
  readonly prepared: PreparedEntries<Prepared>;
  readonly repairs: { repairs: number; resets: number };
  /** Takes a member out of the hub; false if it was not in. */
  letGo(room: string, member: Member): boolean;
  /** Nobody is in the room any more, nor lingers there. */
  forget(room: string): void;
}

/** How many entries one read of a member that catches up takes, and how many a member gets that has to begin anew. */
export const READ_LIMITS: Readonly<Record<'catchUp' | 'history' | 'attendees', number>> = Object.freeze({
  catchUp: 100,
  history: 50,
  attendees: 100,
});
