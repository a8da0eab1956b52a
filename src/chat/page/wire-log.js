import { idOf, isRecord, listOf, numberOr, orNothing, stringOr } from './wire-fields.js';

/** @import { LogEntry } from './wire-types.ts' */

/**
 * Reads what stands in the log of a room or in the mailbox; `undefined` for what has no place in a log.
 *
 * @param {Record<string, unknown>} fields
 * @returns {LogEntry | undefined}
 */
export function readEntry(fields) {
  const { epoch, seq } = fields;
  if (typeof epoch !== 'string' || typeof seq !== 'number' || !Number.isSafeInteger(seq)) return undefined;
  const place = { epoch, seq, timestamp: stringOr(fields.timestamp) };
  const room = stringOr(fields.room);
  const user = stringOr(fields.user);
  const message = fields.redacted === true ? undefined : orNothing(fields.message);
  switch (fields.type) {
    case 'message':
      return { type: 'message', ...place, room, user, username: stringOr(fields.username), message, id: idOf(fields) };
    case 'direct': {
      const [from, to] = [stringOr(fields.from), stringOr(fields.to)];
      return { type: 'direct', ...place, user, from, to, message, id: idOf(fields) };
    }
    case 'redact':
      return { type: 'redact', ...place, room, target: numberOr(fields.target, 0) };
    case 'moderation':
      return {
        type: 'moderation',
        ...place,
        room,
        action: stringOr(fields.action),
        by: stringOr(fields.by),
        username: stringOr(fields.username),
        forMs: typeof fields.forMs === 'number' ? fields.forMs : undefined,
        everyMs: typeof fields.everyMs === 'number' ? fields.everyMs : undefined,
        on: fields.on === true,
        reason: stringOr(fields.reason),
      };
    default:
      return undefined;
  }
}

/** @type {(value: unknown) => LogEntry[]} */
export const readEntries = (value) =>
  listOf(value).flatMap((one) => {
    const entry = isRecord(one) ? readEntry(one) : undefined;
    return entry ? [entry] : [];
  });
