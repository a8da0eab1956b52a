import type { ClientEvent, LogMessage, PassingMessage } from '../chat/index.ts';
import type { Screen } from './screen.ts';
import { visible, visibleJson } from './visible.ts';

type Printed = Promise<void> | undefined;
type Moderation = Extract<LogMessage, { type: 'moderation' }>;

/** What moderators do, in the past tense; what is done to rooms has its own words. */
const DEEDS: Readonly<Record<string, string>> = {
  kick: 'put out',
  ban: 'banned',
  unban: 'ended the ban of',
  mute: 'muted',
  unmute: 'ended the mute of',
  promote: 'made a moderator of',
  demote: 'made a member of',
  invite: 'invited',
  uninvite: 'took back the invitation of',
};

/**
 * Prints a chat: what stands in rooms and mailbox, and who comes and goes, on standard output, one line each; what is about this client
 * on standard error. What others wrote is made safe for a terminal.
 */
export class ChatView {
  readonly #screen: Screen;
  readonly #ndjson: boolean;
  #user: string | undefined;

  constructor(screen: Screen, ndjson: boolean) {
    this.#screen = screen;
    this.#ndjson = ndjson;
  }

  /** Shows what happened; gives a promise when whoever reads this is slow. */
  show(event: ClientEvent): Printed {
    if (this.#ndjson) return this.#json(event);
    switch (event.kind) {
      case 'welcome':
        return this.#welcome(event);
      case 'joined': {
        const { room, history, count } = event.message;
        for (const entry of history) this.#print(entryLine(entry, true));
        return this.#note(`you are in #${room}, ${count} here`, false);
      }
      case 'resumed':
        return this.#note(`resumed #${event.room}: nothing was missed`, true);
      case 'missed':
        return this.#missed(event);
      case 'entry':
        // Whoever typed it at this screen sees it already.
        return event.own && this.#screen.isTerminal ? undefined : this.#print(entryLine(event.message, false));
      case 'delayed':
        return this.#note(`${event.code}: it is sent again in ${secondsOf(event.inMs)}`, true);
      case 'refused': {
        const { request } = event;
        const text = request !== undefined && 'message' in request ? `not said "${request.message}": ` : '';
        return this.#note(`${event.room === undefined ? '' : `#${event.room} `}${text}${event.remedy}`, true);
      }
      case 'nameless':
        return this.#note(`${event.remedy} Give another one with --name.`, true);
      case 'told':
        return this.#told(event.message);
      case 'done':
        return undefined;
    }
  }

  /** Something about this client. @param important people are told although standard output is no screen */
  tell(
    event: { readonly event: string; readonly [field: string]: unknown },
    sentence: string,
    important: boolean,
  ): void {
    if (this.#ndjson) void this.#screen.print(`${visibleJson(event)}\n`);
    this.#note(sentence, important);
  }

  #json(event: ClientEvent): Printed {
    const { kind, ...rest } = event;
    if (!('message' in rest)) return this.#screen.print(`${visibleJson({ event: kind, ...rest })}\n`);
    const { message, ...more } = rest;
    const { type, ...fields } = message;
    return this.#screen.print(`${visibleJson({ event: type, ...fields, ...more })}\n`);
  }

  #welcome({ user, username, resumed, inbox, state }: Extract<ClientEvent, { kind: 'welcome' }>): undefined {
    const isFirst = this.#user === undefined;
    this.#user = user;
    if (isFirst) this.#note(`you are ${username}`, false);
    else if (!resumed) this.#note(`the session had ended: you are ${username} anew`, true);
    if (isFirst && inbox > 0) this.#note('/inbox shows what was said to you', false);
    if (state === 'degraded') this.#note(DEGRADED, true);
  }

  #missed({ room, from, to, latest }: Extract<ClientEvent, { kind: 'missed' }>): undefined {
    const where = room === undefined ? 'direct messages' : `#${room}`;
    const what = from === undefined || to === undefined ? 'a part' : `${to - from + 1} of what was said`;
    const ask = room === undefined ? '/inbox' : '/history';
    const next = latest.length === 0 ? `${ask} shows what is kept` : 'this is what is kept';
    this.#note(`missed ${what} of ${where}; ${next}`, true);
    for (const entry of latest) this.#print(entryLine(entry, true));
  }

  #told(message: PassingMessage): Printed {
    switch (message.type) {
      case 'left':
        return this.#note(`you ${LEAVING[message.reason]} #${message.room}`, message.reason !== 'left');
      case 'presence': {
        const { room, left = [] } = message;
        const joined = message.joined?.filter(({ user }) => user !== this.#user) ?? [];
        if (joined.length > 0) this.#print(`#${room} * ${namesOf(joined)} joined`);
        return left.length > 0 ? this.#print(`#${room} * ${namesOf(left)} left`) : undefined;
      }
      case 'who': {
        const { room, count, members } = message;
        return this.#print(`#${room} * ${count} here: ${namesOf(members)}`);
      }
      case 'rooms': {
        const rooms = message.rooms.map(({ room, count }) => `#${room} ${count}`).join(', ');
        const more = message.next === undefined ? '' : `; more with /rooms ${message.next}`;
        return this.#print(`* ${rooms || 'there are no public rooms'}${more}`);
      }
      case 'history': {
        const where = message.room === undefined ? 'direct' : `#${message.room}`;
        if (message.messages.length === 0) return this.#print(`${where} * nothing is kept`);
        return message.messages.reduce<Printed>((_, entry) => this.#print(entryLine(entry, true)), undefined);
      }
      case 'state':
        return this.#note(message.state === 'up' ? 'the rooms can be reached again' : DEGRADED, true);
      case 'expiring':
        return this.#note(`your token ends in ${secondsOf(message.inMs)}: come back with a new one`, true);
      case 'bye':
        return this.#note(`the server goes down: ${message.reason}`, true);
      case 'typing':
      case 'renewed':
      case 'pong':
        return undefined;
    }
  }

  #print(line: string): Printed {
    const { canvas } = this.#screen;
    const safe = visible(line, (escaped) => canvas.paint(escaped, 'yellow'));
    return this.#screen.print(`${safe.replace(/^\S+/, (where) => canvas.paint(where, 'dim'))}\n`);
  }

  #note(sentence: string, important: boolean): undefined {
    if (this.#ndjson ? important : important || this.#screen.isTerminal)
      this.#screen.note(visible(sentence), important ? 'yellow' : 'dim');
  }
}

const DEGRADED = 'the rooms cannot be reached for now: what you say waits';
const LEAVING = { left: 'left', kicked: 'were put out of', banned: 'are banned from' } as const;

/** One entry as a line: where, and who said what. @param isOld it was said before, and the line says when */
function entryLine(entry: LogMessage, isOld: boolean): string {
  const time = isOld ? `${entry.timestamp.slice(0, 16).replace('T', ' ')} ` : '';
  switch (entry.type) {
    case 'message':
      return `#${entry.room} ${time}<${entry.username}> ${entry.message ?? '(taken back)'}`;
    case 'direct':
      return `direct ${time}<${entry.from} → ${entry.to}> ${entry.message ?? '(taken back)'}`;
    case 'redact':
      return `#${entry.room} ${time}* a message was taken back`;
    case 'moderation':
      return `#${entry.room} ${time}* ${entry.by} ${deedOf(entry)}`;
  }
}

function deedOf({ action, username = '', everyMs, on, forMs, reason }: Moderation): string {
  if (action === 'slow') return everyMs ? `asks for ${secondsOf(everyMs)} between messages` : 'ended slow mode';
  if (action === 'private') return `made the room ${on ? 'private' : 'public'}`;
  const time = forMs === undefined ? '' : ` for ${secondsOf(forMs)}`;
  return `${DEEDS[action]} ${username}${time}${reason === undefined ? '' : `: ${reason}`}`;
}

function namesOf(people: readonly { readonly username: string; readonly role?: string | undefined }[]): string {
  return people
    .map(({ username, role = 'member' }) => (role === 'member' ? username : `${username} (${role})`))
    .join(', ');
}

/** A time for people. */
export function secondsOf(ms: number): string {
  return `${Math.max(0.1, Math.round(ms / 100) / 10)} s`;
}
