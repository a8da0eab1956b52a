import { oldestOf } from './conversation.js';
import { applyWho } from './roster.js';

/** @import { Conversation, Line, Views } from './talk-types.ts' */
/** @import { Session } from './types.ts' */
/** @import { createChat } from './chat.js' */

const PAGE = 50;
const LARGEST_PAGE = 100;

/**
 * What the page asks of the server besides taking part: who is there, what was said before, and what moderators do.
 *
 * @param {{
 *   session: Pick<Session, 'ask'>,
 *   chat: ReturnType<typeof createChat>,
 *   views: Pick<Views, 'listed'>,
 *   notify: (sentence: string) => void,
 *   onLoading: () => void,
 * }} options `onLoading`: a page of history is awaited, or no longer
 */
export function createQuestions({ session, chat, views, notify, onLoading }) {
  /** @type {Set<string>} */
  const asked = new Set();

  return {
    /** @type {(room: string) => void} */
    who(room) {
      if (asked.has(room)) return;
      asked.add(room);
      const over = () => asked.delete(room);
      const isAsked = session.ask(
        { type: 'who', room },
        {
          done(answer) {
            over();
            const conversation = chat.conversations.get(room);
            if (answer.type !== 'who' || !conversation?.isIn) return;
            applyWho(conversation, answer, chat.self);
            views.listed();
          },
          refused: over,
          lost: over,
        },
      );
      if (!isAsked) over();
    },

    /** @type {(conversation: Conversation | undefined) => void} what was said before */
    older(conversation) {
      if (!conversation?.isIn || !conversation.more || conversation.isLoading) return;
      const before = oldestOf(conversation);
      const over = () => {
        conversation.isLoading = false;
        onLoading();
      };
      conversation.isLoading = session.ask(
        { type: 'history', room: conversation.key, limit: PAGE, ...(before === Infinity ? {} : { before }) },
        {
          done(answer) {
            if (answer.type === 'history') chat.older(conversation, answer);
          },
          refused({ message }) {
            over();
            notify(message);
          },
          lost: over,
        },
      );
      onLoading();
    },

    /** @type {(conversation: Conversation | undefined, line: Line) => void} what did not reach this page */
    fill(conversation, line) {
      if (!conversation || line.kind !== 'gap') return;
      const limit = Math.min(LARGEST_PAGE, line.seq - line.from + 1);
      const isAsked = session.ask(
        { type: 'history', room: conversation.key, before: line.seq + 1, limit },
        {
          done(answer) {
            if (answer.type === 'history') chat.fill(conversation, line, answer);
          },
          refused: ({ message }) => notify(message),
        },
      );
      if (!isAsked) notify('There is no connection at the moment.');
    },

    /** What stands in the mailbox already. */
    mailbox() {
      session.ask(
        { type: 'history', inbox: true, limit: LARGEST_PAGE },
        {
          done(answer) {
            if (answer.type === 'history') chat.mailbox(answer.messages);
          },
        },
      );
    },

    /** @type {(message: { readonly type: string } & Record<string, unknown>) => void} */
    moderate(message) {
      const isAsked = session.ask(message, { refused: ({ message: sentence }) => notify(sentence) });
      if (!isAsked) notify('There is no connection at the moment.');
    },
  };
}
