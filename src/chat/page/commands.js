import { judgeRoom, readRoom } from './room-name.js';

/** @typedef {{ about: 'room' | 'chat', usage: string, what: string, read: (rest: string) => Command | string }} Rule */
/**
 * @typedef {| { readonly kind: 'say', readonly text: string }
 *   | { readonly kind: 'help' | 'leave' | 'who' | 'rooms' }
 *   | { readonly kind: 'join', readonly room: string, readonly isPrivate: boolean }
 *   | { readonly kind: 'direct', readonly name: string, readonly text: string }
 *   | { readonly kind: 'moderate', readonly message: { readonly type: string } & Record<string, unknown> }} Command
 */

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A name and what follows it: a name with spaces stands in quotation marks.
 *
 * @param {string} rest
 */
function splitName(rest) {
  const [, quoted, plain, more = ''] = /^(?:"([^"]+)"|(\S+))(?:\s+([\s\S]*))?$/.exec(rest) ?? [];
  return { name: (quoted ?? plain ?? '').replace(/^@/, ''), more: more.trim() };
}

/** @type {(text: string) => { ms: number | undefined, more: string }} a span such as `10m` at the beginning */
function splitSpan(text) {
  const [all, count, unit] = /^(\d{1,6})([smhd])(?:\s+|$)/.exec(text) ?? [];
  if (all === undefined) return { ms: undefined, more: text };
  return {
    ms: Number(count) * UNITS[/** @type {keyof typeof UNITS} */ (unit)],
    more: text.slice(all.length).trim(),
  };
}

const NAME_MISSING = 'Whom? Give a name, in "quotation marks" if it has spaces.';

/** @type {(type: string, hasSpan: boolean, hasReason: boolean) => Rule['read']} */
const about = (type, hasSpan, hasReason) => (rest) => {
  const { name, more } = splitName(rest);
  if (name === '') return NAME_MISSING;
  const span = hasSpan ? splitSpan(more) : { ms: undefined, more };
  const forMs = span.ms === undefined ? {} : { forMs: span.ms };
  const reason = hasReason && span.more !== '' ? { reason: span.more } : {};
  return { kind: 'moderate', message: { type, username: name, ...forMs, ...reason } };
};

/** @type {Map<string, Rule>} */
const RULES = new Map(
  Object.entries({
    join: {
      about: 'chat',
      usage: '/join room [private]',
      what: 'go into a room; if it is new, it is made',
      read(rest) {
        const [typed = '', how] = rest.split(/\s+/);
        const room = readRoom(typed);
        return judgeRoom(room) || { kind: 'join', room, isPrivate: how === 'private' };
      },
    },
    leave: { about: 'chat', usage: '/leave', what: 'leave this room', read: () => ({ kind: 'leave' }) },
    rooms: { about: 'chat', usage: '/rooms', what: 'show the public rooms', read: () => ({ kind: 'rooms' }) },
    who: { about: 'chat', usage: '/who', what: 'show who is here', read: () => ({ kind: 'who' }) },
    msg: {
      about: 'chat',
      usage: '/msg name text',
      what: 'write to one person alone, who may be away',
      read(rest) {
        const { name, more } = splitName(rest);
        return name === '' ? NAME_MISSING : { kind: 'direct', name, text: more };
      },
    },
    help: { about: 'chat', usage: '/help', what: 'this list', read: () => ({ kind: 'help' }) },
    kick: { about: 'room', usage: '/kick name [reason]', what: 'put somebody out', read: about('kick', false, true) },
    ban: {
      about: 'room',
      usage: '/ban name [10m|2h|7d] [reason]',
      what: 'put somebody out, and keep them out',
      read: about('ban', true, true),
    },
    unban: { about: 'room', usage: '/unban name', what: 'end a ban', read: about('unban', false, false) },
    mute: {
      about: 'room',
      usage: '/mute name [10m|2h|7d] [reason]',
      what: 'let somebody read only',
      read: about('mute', true, true),
    },
    unmute: { about: 'room', usage: '/unmute name', what: 'end a mute', read: about('unmute', false, false) },
    promote: {
      about: 'room',
      usage: '/promote name',
      what: 'make somebody a moderator',
      read: about('promote', false, false),
    },
    demote: {
      about: 'room',
      usage: '/demote name',
      what: 'make them a member again',
      read: about('demote', false, false),
    },
    invite: {
      about: 'room',
      usage: '/invite name',
      what: 'let somebody into a private room',
      read: about('invite', false, false),
    },
    uninvite: {
      about: 'room',
      usage: '/uninvite name',
      what: 'take the invitation back',
      read: about('uninvite', false, false),
    },
    slow: {
      about: 'room',
      usage: '/slow 30s or /slow off',
      what: 'one message of each member in so long',
      read(rest) {
        const everyMs = rest === 'off' ? 0 : splitSpan(rest).ms;
        if (everyMs === undefined) return 'How slow? Give a span such as 30s or 5m, or “off”.';
        return { kind: 'moderate', message: { type: 'slow', everyMs } };
      },
    },
    private: {
      about: 'room',
      usage: '/private on or /private off',
      what: 'let in only those who are invited',
      read(rest) {
        if (rest !== 'on' && rest !== 'off') return 'Say “/private on” or “/private off”.';
        return { kind: 'moderate', message: { type: 'private', on: rest === 'on' } };
      },
    },
  }),
);

/** What can be written after `/`, for those who ask. */
export const COMMANDS = [...RULES.values()].map(({ about, usage, what }) => ({ about, usage, what }));

/**
 * What somebody who sends this text wants: to say it, or, if it begins with one `/`, something else; or a sentence that
 * says what is wrong with it.
 *
 * @param {string} text
 * @returns {Command | string}
 */
export function readCommand(text) {
  if (!text.startsWith('/')) return { kind: 'say', text };
  if (text.startsWith('//')) return { kind: 'say', text: text.slice(1) };
  const [, word = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  const rule = RULES.get(word.toLowerCase());
  if (!rule) return `There is no command /${word}. /help lists them; begin with // to say it as it is.`;
  return rule.read(rest.trim());
}
