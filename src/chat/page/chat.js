import { appendLine, createConversation, insertLines, keyOfPerson, lineOf, MAX_LINES, redact } from './conversation.js';
import { applyPresence, applyRules } from './roster.js';
import { leftSentence } from './sentences.js';

/** @import { Conversation, Line, Piece, Views } from './talk-types.ts' */
/** @import { SessionEvents } from './types.ts' */
/** @import { History, LogEntry } from './wire-types.ts' */
/** @typedef {Extract<Line, { kind: 'gap' }>} Gap */

/**
 * What was said and who is there, conversation by conversation, and which of them is looked at.
 *
 * @param {{ now: () => number, views: Views, isWatched: () => boolean }} options `isWatched`: somebody sees the window
 */
export function createChat({ now, views, isWatched }) {
  /** @type {Map<string, Conversation>} */
  const conversations = new Map();
  let self = '';
  let ownName = '';
  let currentKey = '';
  /** What was read before a reload, by room, and of the mailbox as `@`. @type {ReadonlyMap<string, number>} */
  let read = new Map();

  /** @type {(key: string, name?: string) => Conversation} */
  const need = (key, name = key) => {
    const found = conversations.get(key) ?? createConversation(key, name);
    conversations.set(key, found);
    return found;
  };

  /** @type {(conversation: Conversation, line: Line) => void} */
  const add = (conversation, line) => {
    const { line: placed, isReplacing } = appendLine(conversation, line);
    // Who reads far up is not to lose it from under the eyes.
    const most = conversation.key === currentKey ? 5 * MAX_LINES : MAX_LINES;
    if (conversation.lines.length > most) {
      conversation.lines.splice(0, conversation.lines.length - MAX_LINES);
      conversation.more = true;
    }
    if (isReplacing) views.changed(conversation, placed);
    else views.added(conversation, placed);
  };

  /** @type {(conversation: Conversation, ...pieces: Piece[]) => void} a line of the page itself */
  const remark = (conversation, ...pieces) => add(conversation, { kind: 'remark', pieces, at: now() });

  /** @type {(entry: LogEntry) => Conversation | undefined} */
  const homeOf = (entry) => {
    if (entry.type !== 'direct') return conversations.get(entry.room);
    const other = entry.user === self ? entry.to : entry.from;
    return other === '' ? undefined : need(keyOfPerson(other), other);
  };

  /** @type {(conversation: Conversation, line: Line) => void} */
  const count = (conversation, line) => {
    if (line.kind !== 'said' || line.own || (conversation.key === currentKey && isWatched())) return;
    conversation.unread += 1;
  };

  /** @type {(entries: readonly LogEntry[]) => Line[]} */
  const linesOf = (entries) =>
    entries.flatMap((entry) => {
      const line = lineOf(entry, self, now());
      return line ? [line] : [];
    });

  return {
    conversations,
    need,
    remark,
    get self() {
      return self;
    },
    /** @type {() => Conversation | undefined} */
    current: () => conversations.get(currentKey),

    /** @type {(user: string, username: string, before: ReadonlyMap<string, number>) => void} whose page this is, and what was read before */
    begin(user, username, before) {
      self = user;
      ownName = username;
      read = before;
    },
    clear() {
      conversations.clear();
      currentKey = '';
      read = new Map();
    },

    /** @type {(conversation: Conversation) => number} up to which `seq` it was read */
    readOf({ lines, unread }) {
      const said = lines.flatMap((line) => (line.kind === 'said' && !line.own ? [line.seq] : []));
      return unread === 0 ? Math.max(0, ...said) : (said.at(-1 - unread) ?? 0);
    },

    /** @type {(key: string) => void} */
    select(key) {
      currentKey = key;
      this.seen();
    },
    /** The current conversation is in sight. */
    seen() {
      const conversation = conversations.get(currentKey);
      if (conversation) conversation.unread = 0;
      views.listed();
    },
    /** @type {(key: string) => void} */
    forget(key) {
      conversations.delete(key);
      views.listed();
    },

    /** @type {SessionEvents['joined']} */
    joined(message, how) {
      const { room, history, first, members, count: people, owner, role, isPrivate, slowMs } = message;
      const conversation = need(room);
      Object.assign(conversation, { isIn: true, count: people, owner, role, isPrivate, slowMs });
      conversation.members = members && new Map(members.map((person) => [person.user, person]));
      if (how === 'resumed') remark(conversation, 'You are back. Nothing was missed.');
      else {
        this.restart(conversation, history, first);
        if (how === 'missed') remark(conversation, 'You are back. Some messages were missed; above is what was kept.');
        else remark(conversation, isPrivate ? `You joined #${room}, a private room.` : `You joined #${room}.`);
      }
      views.listed();
    },

    /** @type {(conversation: Conversation, history: readonly LogEntry[], first: number) => void} */
    restart(conversation, history, first) {
      conversation.lines = linesOf(history);
      conversation.more = (history[0]?.seq ?? first) > first;
      conversation.isLoading = false;
      const before = read.get(conversation.key);
      if (before !== undefined) {
        for (const line of conversation.lines) if (line.kind === 'said' && line.seq > before) count(conversation, line);
      }
      views.redrawn(conversation, false);
    },

    /** @type {SessionEvents['entry']} */
    entry(entry) {
      const conversation = homeOf(entry);
      if (!conversation) return;
      if (entry.type === 'redact') {
        const line = redact(conversation, entry.target);
        if (line) views.changed(conversation, line);
        return;
      }
      const line = lineOf(entry, self, now());
      if (!line) return;
      // A mailbox may be told anew from its beginning.
      if (entry.type !== 'direct' || entry.seq > (read.get('@') ?? 0)) count(conversation, line);
      if (entry.type === 'moderation') applyRules(conversation, entry, ownName);
      add(conversation, line);
      views.listed();
    },

    /** @type {SessionEvents['reset']} */
    reset({ room, history, first }) {
      if (room !== undefined) {
        const conversation = need(room);
        this.restart(conversation, history, first);
        remark(conversation, 'The server lost a part of this room. Above is what it kept.');
        return;
      }
      for (const conversation of conversations.values()) if (!conversation.isRoom) conversation.lines = [];
      for (const entry of history) {
        const home = homeOf(entry);
        if (home) home.lines.push(...linesOf([entry]));
      }
      for (const conversation of conversations.values()) if (!conversation.isRoom) views.redrawn(conversation, false);
    },

    /** @type {SessionEvents['presence']} */
    presence(message) {
      const conversation = conversations.get(message.room);
      if (!conversation?.isIn) return;
      const { came, went } = applyPresence(conversation, message, self);
      if (went.length > 0) add(conversation, { kind: 'passage', type: 'leave', names: went, at: now() });
      if (came.length > 0) add(conversation, { kind: 'passage', type: 'join', names: came, at: now() });
      views.listed();
    },

    /** @type {SessionEvents['missed']} */
    missed({ room, from, to }) {
      const conversation = room === undefined ? undefined : conversations.get(room);
      if (conversation) add(conversation, { kind: 'gap', seq: to, from, at: now() });
    },

    /** @type {SessionEvents['left']} */
    left(room, reason) {
      const conversation = conversations.get(room);
      if (!conversation) return;
      conversation.isIn = false;
      conversation.members = new Map();
      conversation.count = 0;
      if (reason === 'left') conversations.delete(room);
      else remark(conversation, leftSentence(reason));
      views.listed();
    },

    /** @type {(conversation: Conversation, page: History) => void} a page of what was said before */
    older(conversation, { messages, more }) {
      insertLines(conversation, linesOf(messages));
      conversation.more = more;
      conversation.isLoading = false;
      views.redrawn(conversation, true);
    },

    /** @type {(conversation: Conversation, gap: Gap, page: History) => void} what had not reached this page */
    fill(conversation, gap, { messages }) {
      const at = conversation.lines.indexOf(gap);
      if (at === -1) return;
      const first = messages[0]?.seq ?? gap.from;
      const rest = first > gap.from ? [{ ...gap, seq: first - 1 }] : [];
      conversation.lines.splice(at, 1, ...rest, ...linesOf(messages.filter(({ seq }) => seq >= gap.from)));
      views.redrawn(conversation, true);
    },

    /** @type {(messages: readonly LogEntry[]) => void} what stands in the mailbox already */
    mailbox(messages) {
      for (const entry of messages) {
        const home = homeOf(entry);
        if (home) insertLines(home, linesOf([entry]));
      }
      const current = conversations.get(currentKey);
      if (current && !current.isRoom) views.redrawn(current, true);
      views.listed();
    },
  };
}
