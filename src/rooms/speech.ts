import type { Publication, Published } from './broker.ts';
import type { RoomMember } from './delivery.ts';
import type { Eventual } from './eventual.ts';
import { whenReady } from './eventual.ts';
import type { LocalRoom } from './local-room.ts';
import type { NodeContext } from './node-context.ts';
import type { ActRefused, Utterance } from './room-events.ts';
import type { Role, RoomRules, RuleAction, RuleRefused } from './room-rules.ts';
import { moderate, paceOf, refuseSpeech, roleOf } from './room-rules.ts';
import { encodeRules } from './rules-text.ts';

// Rules change seldom: whoever finds them changed so often in a row is told that the broker is not to be had.
const MOST_ATTEMPTS = 5;

/** Publishes what `draft` makes of the rules of the moment; anew whenever they turn out to have changed. */
export function publishUnderRules<Member extends RoomMember<Prepared>, Prepared>(
  context: NodeContext<Member, Prepared>,
  room: LocalRoom<Member, Prepared>,
  draft: (rules: RoomRules) => Publication | ActRefused,
  attempts: number = MOST_ATTEMPTS,
): Eventual<Published | ActRefused> {
  return whenReady(room.rules.current(), (unread) => {
    const { rules, version } = room.rules;
    const seen = room.feed.position;
    if (unread) return unread;
    if (!rules) return { refusal: 'bad-rules' };
    if (!seen) return { refusal: 'unavailable' };
    const drafted = draft(rules);
    if ('refusal' in drafted) return drafted;
    return whenReady(
      context.broker.publish(room.name, { ...drafted, seen, rulesVersion: version }),
      (outcome): Eventual<Published | ActRefused> => {
        if (outcome.refusal === undefined) room.feed.look(outcome);
        if (outcome.refusal !== 'stale-rules') return outcome;
        if (attempts <= 1) return { refusal: 'unavailable' };
        return whenReady(room.rules.refresh(), () => publishUnderRules(context, room, draft, attempts - 1));
      },
    );
  });
}

/** Says something in a room, unless its rules keep the user from speaking, or from speaking so soon. */
export function say<Member extends RoomMember<Prepared>, Prepared>(
  context: NodeContext<Member, Prepared>,
  room: LocalRoom<Member, Prepared>,
  { user, payload, id = '' }: Utterance,
): Eventual<Published | ActRefused> {
  return publishUnderRules(context, room, (rules) => {
    const now = context.ports.now();
    const refused = refuseSpeech(rules, user, now);
    return refused
      ? asActRefused(refused, now)
      : { kind: 'message', sender: user, payload, id, paceMs: paceOf(rules, user) };
  });
}

/** Does to a room what its owner or a moderator wants. */
export function applyAction<Member extends RoomMember<Prepared>, Prepared>(
  context: NodeContext<Member, Prepared>,
  room: LocalRoom<Member, Prepared>,
  { user, payload, id = '' }: Utterance,
  action: RuleAction,
  asRole: Role | undefined,
): Eventual<Published | ActRefused> {
  return publishUnderRules(context, room, (rules) => {
    const now = context.ports.now();
    const outcome = moderate(rules, asRole ?? roleOf(rules, user), action, now);
    if (outcome.refusal !== undefined) return asActRefused(outcome, now);
    const next = outcome.rules;
    return {
      kind: 'rules',
      sender: user,
      payload,
      id,
      rules: encodeRules(next),
      rulesVersion: room.rules.version,
      listed: !next.private,
    };
  });
}

function asActRefused({ refusal, until }: RuleRefused, nowMs: number): ActRefused {
  return until === undefined ? { refusal } : { refusal, retryAfterMs: Math.max(1, Math.ceil(until - nowMs)) };
}
