import type { Eventual, RuleAction } from '../../rooms/index.ts';
import { whenReady } from '../../rooms/index.ts';
import { Refusal } from '../errors.ts';
import type { RulesPayload } from '../payloads.ts';
import { encodeRulesNote } from '../payloads.ts';
import { saidRefusal } from '../refusals.ts';
import { banSubjects, roomNamed } from '../room-entry.ts';
import type { Username } from '../username.ts';
import { parseUsername } from '../username.ts';
import type { ModerationAction } from './field-types.ts';
import type { ClientMessageOf } from './messages.ts';
import type { V1Session } from './v1-session.ts';

type Request = ClientMessageOf<ModerationAction>;
type Note = Omit<RulesPayload, 'action' | 'by'>;

/** Changes the rules of a room, or applies them to somebody. */
export function moderation<Prepared>(session: V1Session<Prepared>, request: Request): Eventual<Refusal | undefined> {
  const room = roomNamed(session.rooms, request.room);
  if (room instanceof Refusal) return room;
  if (request.type === 'slow') {
    const { everyMs } = request;
    return act(session, request, room, { action: 'slow', everyMs }, { everyMs });
  }
  if (request.type === 'private') {
    return act(session, request, room, { action: 'private', on: request.on }, { on: request.on });
  }
  const name = parseUsername(request.username);
  if (name instanceof Refusal) return new Refusal('no-such-user');
  return whenReady(session.stands.names.userOf(name.key), (found) => {
    // A ban of somebody who is long gone can be ended by the name alone.
    const user = found instanceof Refusal && found.code === 'no-such-user' && request.type === 'unban' ? '' : found;
    if (user instanceof Refusal) return user;
    const forMs = 'forMs' in request ? request.forMs : undefined;
    const reason = 'reason' in request ? request.reason : undefined;
    const note = { user, username: name.name, forMs, reason };
    return act(session, request, room, actionOn(request.type, user, name, untilOf(session, forMs)), note);
  });
}

function actionOn(
  action: Exclude<ModerationAction, 'slow' | 'private'>,
  user: string,
  name: Username,
  until: number,
): RuleAction {
  switch (action) {
    case 'ban':
      return { action, user, subjects: banSubjects(user, name), until };
    case 'unban':
      return { action, subjects: banSubjects(user, name) };
    case 'mute':
      return { action, user, until };
    default:
      return { action, user };
  }
}

function untilOf<Prepared>(session: V1Session<Prepared>, forMs: number | undefined): number {
  return forMs === undefined ? Infinity : session.stands.now() + forMs;
}

function act<Prepared>(
  session: V1Session<Prepared>,
  request: Request,
  room: string,
  action: RuleAction,
  note: Note,
): Eventual<Refusal | undefined> {
  const { user, identity, stands } = session;
  const payload = encodeRulesNote({ action: request.type, by: session.username?.name ?? '', ...note });
  const asRole = identity?.admin ? 'owner' : undefined;
  const moderating = stands.node.moderate(room, { user, payload, id: request.id }, action, asRole);
  return whenReady(moderating, (done) => {
    if (done.refusal) return saidRefusal(done);
    stands.log('moderation', { room, action: action.action, by: user, user: note.user });
    const { epoch, seq } = done;
    if (request.id !== undefined) session.tell({ type: 'ack', id: request.id, epoch, seq, room });
    return undefined;
  });
}
