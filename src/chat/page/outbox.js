/** @import { OutgoingText } from './types.ts' */

/**
 * The texts that the server has not acknowledged yet, oldest first. Of each conversation one at most is on the wire, so
 * that what has to be sent again comes before what was said after it.
 *
 * @param {{ now: () => number, newId: () => string, onChange: (texts: readonly OutgoingText[]) => void }} options
 */
export function createOutbox({ now, newId, onChange }) {
  /** @type {OutgoingText[]} */
  let texts = [];

  /** @type {(change: (text: OutgoingText) => OutgoingText) => void} */
  const map = (change) => {
    texts = texts.map(change);
    onChange(texts);
  };

  return {
    /** @type {() => readonly OutgoingText[]} */
    all: () => texts,

    /** @type {(id: string | undefined) => OutgoingText | undefined} */
    find: (id) => texts.find((text) => text.id === id),

    /** @type {(to: string, text: string) => void} */
    add(to, text) {
      texts = [...texts, { id: newId(), to, text, state: 'waiting', since: now(), note: '', wasSent: false }];
      onChange(texts);
    },

    /**
     * Texts of an earlier visit, of which nobody knows whether they were heard.
     *
     * @type {(earlier: readonly { readonly id: string, readonly to: string, readonly text: string }[]) => void}
     */
    recall(earlier) {
      const recalled = earlier.map(({ id, to, text }) => ({ id, to, text, note: '', wasSent: true, since: now() }));
      texts = [...recalled.map((text) => ({ ...text, state: /** @type {const} */ ('waiting') })), ...texts];
      onChange(texts);
    },

    /** @type {(id: string, state: OutgoingText['state'], note: string) => void} */
    mark(id, state, note) {
      map((text) => (text.id === id ? { ...text, state, note, since: now() } : text));
    },

    /** @type {(id: string) => void} it is on the wire now */
    sent(id) {
      map((text) => (text.id === id ? { ...text, state: 'sending', note: '', since: now(), wasSent: true } : text));
    },

    /** @type {(id: string | undefined) => OutgoingText | undefined} */
    remove(id) {
      const found = texts.find((text) => text.id === id);
      if (!found) return undefined;
      texts = texts.filter((text) => text !== found);
      onChange(texts);
      return found;
    },

    /** @type {() => OutgoingText[]} what may be sent now: the first of each conversation, if it waits */
    next() {
      const first = new Map();
      for (const text of texts) {
        if (text.state !== 'waiting' && text.state !== 'sending') continue;
        if (!first.has(text.to)) first.set(text.to, text);
      }
      return [...first.values()].filter((text) => text.state === 'waiting');
    },

    /** The connection is lost: what was on the wire is sent again, under the same id. */
    lost() {
      map((text) => (text.state === 'sending' ? { ...text, state: 'waiting', note: '', since: now() } : text));
    },

    /**
     * The server knows nothing of what this user sent before, so that the same id would not stop a text from being said
     * twice: only a person can judge.
     *
     * @type {(note: string) => void}
     */
    forgotten(note) {
      map((text) =>
        text.wasSent && text.state !== 'failed' ? { ...text, state: 'unconfirmed', note, since: now() } : text,
      );
    },

    /** @type {(to: string, note: string) => void} nothing of this conversation can be sent any more */
    fail(to, note) {
      map((text) => (text.to === to && text.state !== 'unconfirmed' ? { ...text, state: 'failed', note } : text));
    },
  };
}
