/** @import { OutgoingText } from './types.ts' */

/**
 * The texts that the server has not given back yet, oldest first. One of them at most is on the wire, so that the next
 * answer is known to be about it.
 *
 * @param {() => number} now milliseconds
 * @param {(texts: readonly OutgoingText[]) => void} onChange
 */
export function createOutbox(now, onChange) {
  /** @type {OutgoingText[]} */
  let texts = [];
  let lastId = 0;

  /** @type {(id: number | undefined, state: OutgoingText['state'], note: string) => void} */
  const mark = (id, state, note) => {
    texts = texts.map((entry) => (entry.id === id ? { ...entry, state, note, since: now() } : entry));
    onChange(texts);
  };
  /** @type {(id: number) => OutgoingText | undefined} */
  const remove = (id) => {
    const found = texts.find((entry) => entry.id === id);
    texts = texts.filter((entry) => entry !== found);
    onChange(texts);
    return found;
  };
  const inFlight = () => texts.find((entry) => entry.state === 'sending');

  return {
    /** @type {() => readonly OutgoingText[]} */
    all: () => texts,
    inFlight,
    mark,
    remove,

    /** @type {(room: string, text: string) => void} */
    add(room, text) {
      lastId += 1;
      texts = [...texts, { id: lastId, room, text, state: 'waiting', since: now(), note: '' }];
      onChange(texts);
    },

    /**
     * A text of an earlier visit, of which nobody knows whether it was heard.
     *
     * @type {(room: string, text: string, note: string) => void}
     */
    recall(room, text, note) {
      lastId += 1;
      texts = [...texts, { id: lastId, room, text, state: 'unconfirmed', since: now(), note }];
      onChange(texts);
    },

    /**
     * The text to send now, or nothing while another one is on the wire.
     *
     * @param {string} room
     */
    next: (room) => (inFlight() ? undefined : texts.find((entry) => entry.state === 'waiting' && entry.room === room)),

    /**
     * Nothing will be heard of the text on the wire: it may or may not have arrived, and only a person can judge whether
     * to say it twice.
     *
     * @param {string} note
     */
    interrupt(note) {
      mark(inFlight()?.id, 'unconfirmed', note);
    },
  };
}
