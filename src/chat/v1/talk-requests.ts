import type { ActRefused, Eventual, Published } from '../../rooms/index.ts';
import { whenReady } from '../../rooms/index.ts';
import { Refusal } from '../errors.ts';
import { encodeDirect, encodeMessage, encodeTyping } from '../payloads.ts';
import { saidRefusal } from '../refusals.ts';
import { roomNamed } from '../room-entry.ts';
import { newSecret } from '../secrets.ts';
import { parseUsername } from '../username.ts';
import { mailboxOf } from './event-messages.ts';
import type { ClientMessageOf, ServerMessageOf } from './messages.ts';
import type { V1Session } from './v1-session.ts';

type Outcome = Eventual<Refusal | undefined>;

/** Says something to a room. */
export function message<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'message'>): Outcome {
  const room = roomNamed(session.rooms, request.room);
  if (room instanceof Refusal) return room;
  const { user, stands } = session;
  const { id, message: text } = request;
  const payload = encodeMessage({ name: session.username?.name ?? '', text });
  const find = () => stands.node.broker.findPublished(room, user, id ?? '');
  return once(session, { log: room, id, where: { room }, find }, () => stands.node.say(room, { user, payload, id }));
}

/** Says something to one user: it is kept in that user's mailbox and in the own one, both or, until it is sent again, not at all. */
export function direct<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'direct'>): Outcome {
  const { user, username, stands } = session;
  if (!username) return new Refusal('name-missing');
  const to = parseUsername(request.to);
  if (to instanceof Refusal) return new Refusal('no-such-user');
  return whenReady(stands.names.userOf(to.key), (other) => {
    if (other instanceof Refusal) return other;
    // Without an id of its own it gets one, so that neither mailbox takes it twice.
    const id = request.id ?? newSecret();
    const payload = encodeDirect({ name: username.name, to: to.name, text: request.message });
    const [theirs, own] = [mailboxOf(other), mailboxOf(user)];
    const post = (log: string) => stands.node.post(log, { user, id, payload });
    const find = () => stands.node.broker.findPublished(own, user, id);
    return once(session, { log: own, id: request.id, where: { to: to.name }, find }, () =>
      theirs === own
        ? post(own)
        : whenReady(post(theirs), (first): Eventual<Published | ActRefused> => (first.refusal ? first : post(own))),
    );
  });
}

/** Takes a message back: one's own, or as a moderator anybody's. */
export function redact<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'redact'>): Outcome {
  const room = roomNamed(session.rooms, request.room);
  if (room instanceof Refusal) return room;
  const { user, identity, stands } = session;
  const asRole = identity?.admin ? 'owner' : undefined;
  const redacting = stands.node.redact(room, { user, id: request.id }, request.seq, asRole);
  return whenReady(redacting, (done) => {
    if (done.refusal) return saidRefusal(done);
    const { epoch, seq } = done;
    if (request.id !== undefined) session.tell({ type: 'ack', id: request.id, epoch, seq, room });
    return undefined;
  });
}

/** Tells others that the user is writing. */
export function typing<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'typing'>): Outcome {
  const room = roomNamed(session.rooms, request.room);
  if (room instanceof Refusal) return room;
  const payload = encodeTyping({ name: session.username?.name ?? '', on: request.on ?? true });
  session.stands.node.whisper(room, session.user, payload);
  return undefined;
}

interface Sending {
  /** The log that tells whether it was sent before. */
  readonly log: string;
  readonly id: string | undefined;
  readonly where: { readonly room: string } | { readonly to: string };
  find(): Eventual<Published | ActRefused>;
}

/**
 * Publishes what was not published before under its id. A resend costs no token and changes nothing: it is known here, or the
 * broker knows it.
 */
function once<Prepared>(
  session: V1Session<Prepared>,
  { log, id, where, find }: Sending,
  publish: () => Eventual<Published | ActRefused>,
): Outcome {
  const known = id === undefined ? undefined : session.acks.of(log, id);
  if (known) return session.tell(known);
  const tooFast = session.take('messages');
  if (tooFast) {
    if (id === undefined || session.take('requests')) return tooFast;
    return whenReady(find(), (found) => (found.refusal ? tooFast : acknowledge(session, log, id, where, found)));
  }
  return whenReady(publish(), (done) => {
    if (done.refusal) return saidRefusal(done);
    if (done.duplicate) session.giveBack('messages');
    session.stands.counters[done.duplicate ? 'duplicates' : 'published']++;
    return acknowledge(session, log, id, where, done);
  });
}

function acknowledge<Prepared>(
  session: V1Session<Prepared>,
  log: string,
  id: string | undefined,
  where: Sending['where'],
  { epoch, seq, duplicate }: Published,
): undefined {
  if (id === undefined) return;
  const ack: ServerMessageOf<'ack'> = { type: 'ack', id, epoch, seq, ...where };
  session.acks.remember(log, ack);
  session.tell(duplicate ? { ...ack, duplicate } : ack);
}
