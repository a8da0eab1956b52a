import type { Attendee, Entry, EntryKind, Head, PresenceOfNode } from '../../rooms/index.ts';

const KINDS: ReadonlyMap<unknown, EntryKind> = new Map([
  ['m', 'message'],
  ['d', 'redaction'],
  ['r', 'rules'],
  ['x', 'redacted'],
]);
const LETTERS: Readonly<Record<EntryKind, string>> = { message: 'm', redaction: 'd', rules: 'r', redacted: 'x' };

/** Longest texts that are taken from Redis, in UTF-16 units; whatever is longer is no part of a room. */
const MAX_NAME = 256;
const MAX_PAYLOAD = 262_144;
const MAX_ATTENDEES = 100_000;

/** The letter by which Redis knows a kind of entry. */
export function letterOf(kind: EntryKind): string {
  return LETTERS[kind];
}

/** The elements of a list that Redis gave; none if it is something else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A whole number from 0 to 2^53 − 1, written in decimal; undefined for anything else. */
export function wholeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{1,16}$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A text of at most so many units; undefined for anything else. */
export function textOf(value: unknown, most: number): string | undefined {
  return typeof value === 'string' && value.length <= most ? value : undefined;
}

/** The name of an epoch. */
export function epochOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9a-f]{16}$/.test(value) ? value : undefined;
}

/** `epoch seq rulesVersion presenceVersion`. */
export function headOf(value: unknown): Head | undefined {
  const fields = listOf(value);
  const epoch = epochOf(fields[0]);
  const [seq, rulesVersion, presenceVersion] = fields.slice(1, 4).map(wholeOf);
  if (epoch === undefined || seq === undefined || rulesVersion === undefined || presenceVersion === undefined)
    return undefined;
  return { epoch, seq, rulesVersion, presenceVersion };
}

/** `seq kind at sender id payload`; undefined if that is no entry. */
export function entryOf(value: unknown): Entry | undefined {
  const fields = listOf(value);
  const kind = KINDS.get(fields[1]);
  const [seq, at] = [wholeOf(fields[0]), wholeOf(fields[2])];
  const [sender, id] = [textOf(fields[3], MAX_NAME), textOf(fields[4], MAX_NAME)];
  const payload = textOf(fields[5], MAX_PAYLOAD);
  if (kind === undefined || seq === undefined || seq === 0 || at === undefined) return undefined;
  if (sender === undefined || id === undefined || payload === undefined) return undefined;
  if (kind === 'redaction' && wholeOf(payload) === undefined) return undefined;
  return { seq, kind, at, sender, id, payload: kind === 'redacted' ? '' : payload };
}

/** The entries of a page, which begins with `first`: what is no entry stands there as one that was taken back. */
export function entriesOf(values: readonly unknown[], first: number): Entry[] {
  return values.map((value, place) => {
    const seq = first + place;
    const entry = entryOf(value);
    return entry?.seq === seq ? entry : { seq, kind: 'redacted', at: 0, sender: '', id: '', payload: '' };
  });
}

/** Users and names in turn, but for the mark that keeps an empty hash. */
export function attendeesOf(value: unknown): Attendee[] {
  const fields = listOf(value);
  const attendees: Attendee[] = [];
  for (let i = 0; i + 1 < fields.length && attendees.length < MAX_ATTENDEES; i += 2) {
    const [user, name] = [textOf(fields[i], MAX_NAME), textOf(fields[i + 1], MAX_NAME)];
    if (user && name !== undefined) attendees.push({ user, name });
  }
  return attendees;
}

/** The name of a node. */
export function nodeOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : undefined;
}

/** Nodes and their attendees; nodes without any are left out. */
export function presenceOf(value: unknown): PresenceOfNode[] {
  return listOf(value).flatMap((pair) => {
    const [name, fields] = listOf(pair);
    const node = nodeOf(name);
    const attendees = attendeesOf(fields);
    return node !== undefined && attendees.length > 0 ? [{ node, attendees }] : [];
  });
}
