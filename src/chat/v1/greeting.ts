import type { Eventual, Joined } from '../../rooms/index.ts';
import { MEMORY_BROKER_LIMITS, whenReady } from '../../rooms/index.ts';
import { Refusal } from '../errors.ts';
import { CHAT_LIMITS } from '../limits.ts';
import { enterRoom } from '../room-entry.ts';
import type { Opened } from '../sessions.ts';
import { parseUsername } from '../username.ts';
import { errorMessage } from '../wire.ts';
import { bookmark } from './bookmark.ts';
import { logMessages, mailboxOf, timeOf } from './event-messages.ts';
import type { RoomPlace } from './field-types.ts';
import type { ClientMessageOf, ServerMessageOf } from './messages.ts';
import type { V1Session } from './v1-session.ts';

/**
 * Answers `hello`: opens or resumes the session, takes the name, tells who it is by `welcome`, and brings it back into the rooms that
 * it names. A name that cannot be had, and a room that cannot be entered, are answered with an error each and do not end the rest.
 * While the broker cannot be reached nobody is anybody: the connection is closed with 1013, to come back later.
 */
export function greet<Prepared>(
  session: V1Session<Prepared>,
  hello: ClientMessageOf<'hello'>,
): Eventual<Refusal | undefined> {
  const { sessions } = session.stands;
  const opening = sessions.open(hello.session, session.identity, session.stands.holderOf(session));
  return whenReady(opening, (opened) => {
    if (session.ended) return undefined;
    if (!opened) return giveUp(session, hello);
    return whenReady(takeName(session, hello, opened), (nameRefusal) => {
      if (session.ended) return undefined;
      return whenReady(openMailbox(session, hello), (isOpen) => {
        if (session.ended) return undefined;
        if (!isOpen) return giveUp(session, hello);
        return whenReady(session.welcomed.opened(), () => {
          if (nameRefusal) session.tell({ ...errorMessage(nameRefusal), ...withId(hello) });
          return comeBack(session, hello.rooms ?? []);
        });
      });
    });
  });
}

/** Tells a session who it is, once its mailbox is open. */
export function welcome<Prepared>(session: V1Session<Prepared>, inbox: Joined, resumed: boolean): void {
  const { held, identity, user, username, stands } = session;
  const message: ServerMessageOf<'welcome'> = {
    type: 'welcome',
    version: 1,
    user,
    username: username?.name ?? null,
    session: held?.key ?? '',
    resumed,
    limits: {
      messageBytes: CHAT_LIMITS.maxMessageBytes,
      textBytes: CHAT_LIMITS.textBytes,
      rooms: stands.roomsPerSession,
      historyPage: CHAT_LIMITS.historyPage,
    },
    state: stands.node.broker.state,
    inbox: { epoch: inbox.epoch, seq: inbox.seq },
    ...(identity?.expiresAt === undefined ? {} : { expiresAt: timeOf(identity.expiresAt) }),
  };
  session.tell(message);
  const { room, epoch, seq, first, history, recovered } = inbox;
  if (recovered === undefined) for (const direct of logMessages(room, epoch, history)) session.tell(direct);
  if (recovered !== false) return;
  session.tell({
    type: 'reset',
    inbox: true,
    epoch,
    seq,
    first,
    history: logMessages(room, epoch, history),
    recovered: false,
  });
}

function takeName<Prepared>(
  session: V1Session<Prepared>,
  hello: ClientMessageOf<'hello'>,
  { session: held, formerHolder }: Opened,
): Eventual<Refusal | undefined> {
  const resumed = formerHolder !== undefined;
  session.hold(held, resumed);
  session.stands.counters[resumed ? 'sessionsResumed' : 'sessionsOpened']++;
  if (formerHolder !== undefined) session.stands.takeOver(held.hash, formerHolder);
  const wanted = session.identity?.name ?? held.record.name ?? hello.username;
  if (wanted === undefined) return undefined;
  const name = parseUsername(wanted);
  if (name instanceof Refusal) return name;
  return session.claim(name);
}

function openMailbox<Prepared>(session: V1Session<Prepared>, hello: ClientMessageOf<'hello'>): Eventual<boolean> {
  const { node } = session.stands;
  const joining = node.join(mailboxOf(session.user), session, {
    attendee: { user: session.user, name: session.username?.name ?? '' },
    presence: false,
    founding: { rules: '', listed: false },
    since: hello.inbox === undefined || hello.inbox.seq === 0 ? undefined : bookmark(hello.inbox),
    // Who had read nothing has missed all of it, whatever became of the log meanwhile.
    history: hello.inbox ? MEMORY_BROKER_LIMITS.mailEntries : 0,
  });
  return whenReady(joining, (refused) => refused === undefined);
}

function comeBack<Prepared>(session: V1Session<Prepared>, places: readonly RoomPlace[]): Eventual<undefined> {
  const [place, ...others] = places;
  if (place === undefined || session.ended) return undefined;
  const { room } = place;
  const entering = session.username
    ? enterRoom(session.stands, session, { room, since: bookmark(place) })
    : new Refusal('name-missing');
  return whenReady(entering, (refusal) => {
    if (refusal) session.tell({ ...errorMessage(refusal), room });
    // The histories of twenty rooms are more than a connection takes at once.
    return whenReady(session.relieved(), () => comeBack(session, others));
  });
}

function giveUp<Prepared>(session: V1Session<Prepared>, hello: ClientMessageOf<'hello'>): undefined {
  session.tell({ ...errorMessage(new Refusal('unavailable')), ...withId(hello) });
  session.close(1013, 'The rooms cannot be reached. Come back later.');
}

function withId({ id }: { readonly id?: string | undefined }): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
