import type { ClientRequest } from '../chat/index.ts';
import { quote, UsageError } from './usage-error.ts';

/** What a line asks for. */
export type ChatLine =
  | { readonly kind: 'request'; readonly request: ClientRequest }
  | { readonly kind: 'help' | 'quit' | 'nothing' };

/** The commands, for the help text and for `/help`. */
export const CHAT_COMMANDS: readonly string[] = [
  'With --connect, lines are messages, but for:',
  '  /join ROOM        enter a room, and talk there from now on',
  '  /leave            leave the room',
  '  /who   /rooms     who is here; which rooms there are',
  '  /history [N]      the last N messages of the room (20)',
  '  /msg NAME TEXT    a message to one person, who may be away; a name with blanks in "quotes"',
  '  /inbox            the last messages of that kind',
  '  /quit             the end, once everything is said; Ctrl-C ends it at once',
  '  /help             these lines',
  '  //TEXT            a message that begins with /',
];

/** Reads one line. Throws a `UsageError` for a command that is none. @param room where the talk is; undefined for nowhere */
export function parseChatLine(line: string, room: string | undefined): ChatLine {
  if (line.trim() === '') return { kind: 'nothing' };
  if (!line.startsWith('/') || line.startsWith('//')) {
    return ask({ type: 'message', room: here(room), message: line.startsWith('//') ? line.slice(1) : line });
  }
  const [, command = '', rest = ''] = /^\/(\S*)\s*(.*?)\s*$/s.exec(line) ?? [];
  switch (command) {
    case 'join':
      if (rest === '') throw new UsageError('/join needs the name of a room');
      return ask({ type: 'join', room: rest.replace(/^#/, '') });
    case 'leave':
      return ask({ type: 'leave', room: here(room) });
    case 'who':
      return ask({ type: 'who', room: here(room) });
    case 'rooms':
      return ask(rest === '' ? { type: 'rooms' } : { type: 'rooms', after: rest });
    case 'history':
      return ask({ type: 'history', room: here(room), limit: limitOf(rest) });
    case 'inbox':
      return ask({ type: 'history', inbox: true, limit: limitOf(rest) });
    case 'msg': {
      const [, quoted, plain, message = ''] = /^(?:"([^"]+)"|(\S+))\s+(.+)$/s.exec(rest) ?? [];
      const to = quoted ?? plain;
      if (to === undefined) throw new UsageError('/msg needs a name and a text, as in /msg ann hello');
      return ask({ type: 'direct', to, message });
    }
    case 'help':
    case 'quit':
      return { kind: command };
    default:
      throw new UsageError(`there is no command ${quote(`/${command}`)}; /help lists them, and //… says it`);
  }
}

const DEFAULT_LIMIT = 20;

function limitOf(text: string): number {
  if (text === '') return DEFAULT_LIMIT;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > 100) throw new UsageError(`${quote(text)} is no number from 1 to 100`);
  return limit;
}

function ask(request: ClientRequest): ChatLine {
  return { kind: 'request', request };
}

function here(room: string | undefined): string {
  if (room === undefined) throw new UsageError('you are in no room; /join one');
  return room;
}
