import type { Eventual } from '../../rooms/index.ts';
import type { Refusal } from '../errors.ts';
import type { RateKind } from '../rate-limits.ts';
import type { ClientMessageOf, ClientType } from './messages.ts';
import { moderation } from './moderation-requests.ts';
import { history, join, leave, ping, renew, rooms, who } from './room-requests.ts';
import { direct, message, redact, typing } from './talk-requests.ts';
import type { V1Session } from './v1-session.ts';

type Requests = {
  readonly [Type in Exclude<ClientType, 'hello'>]: {
    /** Which bucket it costs a token of; undefined where the request takes its token itself. */
    readonly rate: RateKind | undefined;
    perform<Prepared>(session: V1Session<Prepared>, message: ClientMessageOf<Type>): Eventual<Refusal | undefined>;
  };
};

const moderating = { rate: 'messages', perform: moderation } as const;

const REQUESTS: Requests = {
  join: { rate: 'joins', perform: join },
  leave: { rate: 'joins', perform: leave },
  message: { rate: undefined, perform: message },
  direct: { rate: undefined, perform: direct },
  typing: { rate: 'typing', perform: typing },
  redact: { rate: 'messages', perform: redact },
  history: { rate: 'requests', perform: history },
  who: { rate: 'requests', perform: who },
  rooms: { rate: 'requests', perform: rooms },
  renew: { rate: 'requests', perform: renew },
  ping: { rate: 'requests', perform: ping },
  kick: moderating,
  ban: moderating,
  unban: moderating,
  mute: moderating,
  unmute: moderating,
  promote: moderating,
  demote: moderating,
  invite: moderating,
  uninvite: moderating,
  slow: moderating,
  private: moderating,
};

/** Does what a session asks for, once there is a token for it. A refusal changes nothing. */
export function perform<Prepared, Type extends Exclude<ClientType, 'hello'>>(
  session: V1Session<Prepared>,
  request: ClientMessageOf<Type>,
): Eventual<Refusal | undefined> {
  const { rate, perform: carryOut } = REQUESTS[request.type as Type];
  const tooFast = rate && session.take(rate);
  return tooFast ?? carryOut(session, request);
}
