import { isRecord, listOf, numberOr, stringOr } from './wire-fields.js';

/** @import { Keepsake } from './types.ts' */
/** @typedef {ReturnType<typeof import('./storage.js').createMemory>} Memory */
/** @typedef {{ readonly keepsake: Keepsake, readonly read: ReadonlyMap<string, number>, readonly current: string }} Visit */

/** For so long a server keeps a session that nobody uses. */
const LASTS_MS = 10 * 60_000;

/** @type {(text: string) => (Visit & { readonly at: number }) | undefined} */
function parseVisit(text) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !isRecord(value.keepsake)) return undefined;
  const { key, user, username, inbox, rooms } = value.keepsake;
  if (typeof key !== 'string' || typeof user !== 'string' || typeof username !== 'string') return undefined;
  const epoch = isRecord(inbox) ? stringOr(inbox.epoch) : '';
  const seq = isRecord(inbox) ? numberOr(inbox.seq, 0) : 0;
  return {
    keepsake: {
      key,
      user,
      username,
      inbox: epoch === '' ? undefined : { epoch, seq },
      rooms: listOf(rooms).filter((room) => typeof room === 'string'),
    },
    read: new Map(
      listOf(value.read).flatMap((pair) => {
        const [log, at] = listOf(pair);
        return typeof log === 'string' && typeof at === 'number' ? [[log, at]] : [];
      }),
    ),
    current: stringOr(value.current),
    at: numberOr(value.at, 0),
  };
}

/**
 * What lets a visit go on: in the same tab after a reload, and after the tab was closed in the next one that is opened,
 * unless another one was faster.
 *
 * @param {{ forTab: Memory, forBrowser: Memory, now: () => number }} options
 */
export function createKeepsakes({ forTab, forBrowser, now }) {
  return {
    /** @type {() => Visit | undefined} the visit that this tab was reloaded in */
    ofTab() {
      const visit = parseVisit(forTab.read('session'));
      if (visit && parseVisit(forBrowser.read('left'))?.keepsake.key === visit.keepsake.key)
        forBrowser.write('left', '');
      return visit;
    },
    /** @type {(username: string) => Visit | undefined} the visit under this name whose tab was closed; it is given once */
    left(username) {
      const visit = parseVisit(forBrowser.read('left'));
      if (!visit || visit.keepsake.username !== username || now() - visit.at > LASTS_MS) return undefined;
      forBrowser.write('left', '');
      return visit;
    },
    /** @type {(visit: Visit, isLeaving: boolean) => void} */
    write({ keepsake, read, current }, isLeaving) {
      const text = JSON.stringify({ keepsake, read: [...read], current, at: now() });
      forTab.write('session', text);
      if (isLeaving) forBrowser.write('left', text);
    },
    clear() {
      forTab.write('session', '');
    },
    /** @type {() => { id: string, to: string, text: string }[]} what was not acknowledged */
    unsent() {
      /** @type {unknown} */
      let value;
      try {
        value = JSON.parse(forTab.read('unsent') || '[]');
      } catch {
        return [];
      }
      return listOf(value).flatMap((one) =>
        isRecord(one) && typeof one.id === 'string' && typeof one.to === 'string' && typeof one.text === 'string'
          ? [{ id: one.id, to: one.to, text: one.text }]
          : [],
      );
    },
  };
}
