import type { Joined, RoomRules } from '../../rooms/index.ts';
import { roleOf } from '../../rooms/index.ts';
import { CHAT_LIMITS } from '../limits.ts';
import { logMessages, person } from './event-messages.ts';
import type { Role } from './field-types.ts';
import type { ServerMessageOf } from './messages.ts';
import type { V1Session } from './v1-session.ts';

/** What a session is told when it is in a room. */
export function joinedMessage<Prepared>(
  session: V1Session<Prepared>,
  joined: Joined,
  id: string | undefined,
): ServerMessageOf<'joined'> {
  const { room, epoch, seq, recovered, history, first, count, attendees, rules } = joined;
  const owner = rules?.owner ?? '';
  return {
    type: 'joined',
    room,
    epoch,
    seq,
    ...(recovered === undefined ? {} : { recovered }),
    history: logMessages(room, epoch, history),
    first,
    count,
    ...(count > CHAT_LIMITS.announcedNames ? {} : { members: attendees.map((attendee) => person(attendee, rules)) }),
    role: roleIn(session, rules),
    ...(owner === '' ? {} : { owner }),
    private: rules?.private ?? false,
    slowMs: rules?.slowMs ?? 0,
    ...(id === undefined ? {} : { id }),
  };
}

/** What a session may do in a room: whoever moderates every room counts as its owner. */
export function roleIn<Prepared>({ identity, user }: V1Session<Prepared>, rules: RoomRules | undefined): Role {
  if (identity?.admin) return 'owner';
  return rules === undefined ? 'member' : roleOf(rules, user);
}
