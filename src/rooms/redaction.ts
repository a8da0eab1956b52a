import type { Published } from './broker.ts';
import type { RoomMember } from './delivery.ts';
import type { Eventual } from './eventual.ts';
import { whenReady } from './eventual.ts';
import type { LocalRoom } from './local-room.ts';
import type { NodeContext } from './node-context.ts';
import type { ActRefused, Utterance } from './room-events.ts';
import type { Role } from './room-rules.ts';
import { outranks, roleOf } from './room-rules.ts';
import { publishUnderRules } from './speech.ts';

/** Takes a message back: everybody may do so with their own, the owner and moderators with those of whom they outrank. */
export function redact<Member extends RoomMember<Prepared>, Prepared>(
  context: NodeContext<Member, Prepared>,
  room: LocalRoom<Member, Prepared>,
  { user, id = '' }: Omit<Utterance, 'payload'>,
  target: number,
  asRole: Role | undefined,
): Eventual<Published | ActRefused> {
  return whenReady(context.broker.read(room.name, { after: target - 1, limit: 1 }), (page) => {
    if (page.refusal !== undefined) return page;
    const author = page.entries[0]?.sender;
    return publishUnderRules(context, room, (rules) => {
      if (author === undefined) return { refusal: 'gone' };
      const mayRedact = author === user || outranks(asRole ?? roleOf(rules, user), roleOf(rules, author));
      return mayRedact ? { kind: 'redaction', sender: user, id, target } : { refusal: 'not-allowed' };
    });
  });
}
