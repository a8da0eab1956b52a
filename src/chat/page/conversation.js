import { moderationSentence } from './sentences.js';
import { foldName } from './text.js';

/** @import { Conversation, Line } from './talk-types.ts' */
/** @import { LogEntry } from './wire-types.ts' */

/** More lines than this are not kept; the server gives older ones back. */
export const MAX_LINES = 1000;

const PASSAGE_MS = 60_000;

/** @type {(name: string) => string} the key of what was said with somebody */
export const keyOfPerson = (name) => `@${foldName(name)}`;

/**
 * @param {string} key
 * @param {string} name
 * @returns {Conversation}
 */
export const createConversation = (key, name) => ({
  key,
  name,
  isRoom: !key.startsWith('@'),
  lines: [],
  more: false,
  isLoading: false,
  unread: 0,
  isIn: false,
  members: undefined,
  count: 0,
  owner: '',
  role: 'member',
  isPrivate: false,
  slowMs: 0,
});

/** @type {(timestamp: string, now: number) => number} */
const instantOf = (timestamp, now) => {
  const at = Date.parse(timestamp);
  return Number.isNaN(at) ? now : at;
};

/**
 * An entry of a log as a line; none for one that only changes another line.
 *
 * @param {LogEntry} entry
 * @param {string} self the user of this page
 * @param {number} now
 * @returns {Line | undefined}
 */
export function lineOf(entry, self, now) {
  const at = instantOf(entry.timestamp, now);
  const { seq } = entry;
  switch (entry.type) {
    case 'message':
    case 'direct': {
      const name = entry.type === 'direct' ? entry.from : entry.username;
      const { user, message } = entry;
      return { kind: 'said', seq, user, name: name || 'Somebody', text: message, at, own: user === self };
    }
    case 'moderation':
      return { kind: 'remark', seq, pieces: moderationSentence(entry), at };
    default:
      return undefined;
  }
}

/** @type {(line: Line) => number | undefined} */
const seqOf = (line) => ('seq' in line ? line.seq : undefined);

/** @type {(conversation: Conversation) => number} the place before which there is more, or none yet */
export const oldestOf = ({ lines }) => Math.min(...lines.map((line) => seqOf(line) ?? Infinity));

/**
 * Puts lines of a log where they belong, each behind the last that is older, and none twice.
 *
 * @param {Conversation} conversation
 * @param {readonly Line[]} added in the order of their `seq`
 */
export function insertLines({ lines }, added) {
  const known = new Set(lines.map((line) => (line.kind === 'gap' ? undefined : seqOf(line))));
  for (const line of added) {
    const seq = seqOf(line);
    if (seq === undefined || known.has(seq)) continue;
    let at = lines.length;
    while (at > 0 && !((seqOf(/** @type {Line} */ (lines[at - 1])) ?? Infinity) < seq)) at -= 1;
    lines.splice(at, 0, line);
  }
}

/**
 * Takes the words out of a line.
 *
 * @param {Conversation} conversation
 * @param {number} target
 * @returns {Line | undefined} the line, if it is here
 */
export function redact({ lines }, target) {
  const line = lines.find((one) => one.kind === 'said' && one.seq === target);
  if (line?.kind === 'said') line.text = undefined;
  return line;
}

/**
 * Adds a line at the end. Neighbouring lines of who came or went become one, so that a crowd does not push the talk away.
 *
 * @param {Conversation} conversation
 * @param {Line} line
 * @returns {{ line: Line, isReplacing: boolean }} the line as it stands there; it may be in the place of the last one
 */
export function appendLine({ lines }, line) {
  const last = lines.at(-1);
  if (
    line.kind === 'passage' &&
    last?.kind === 'passage' &&
    last.type === line.type &&
    line.at - last.at < PASSAGE_MS
  ) {
    const merged = { ...line, names: [...new Set([...last.names, ...line.names])] };
    lines[lines.length - 1] = merged;
    return { line: merged, isReplacing: true };
  }
  lines.push(line);
  return { line, isReplacing: false };
}
