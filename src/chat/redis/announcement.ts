import type { BrokerEvents, Entry, Head, PresenceChange } from '../../rooms/index.ts';
import { attendeesOf, entryOf, epochOf, headOf, listOf, nodeOf, textOf, wholeOf } from './reading.ts';

/** What the channel of a room may say. */
export type Announcement =
  | { readonly what: 'entry'; readonly epoch: string; readonly entry: Entry }
  | { readonly what: 'renewed'; readonly head: Head }
  | { readonly what: 'whisper'; readonly sender: string; readonly payload: string }
  | {
      readonly what: 'presence';
      readonly node: string;
      readonly change: PresenceChange;
      readonly presenceVersion: number;
    };

/** A line of words, then bytes: no line is longer, and no announcement. */
const MAX_LINE_BYTES = 200;
const MAX_BYTES = 1_048_576;
const LF = 0x0a;

/**
 * Reads one announcement. Undefined for what is none, whoever published it.
 *
 * Its first line has a letter and words between spaces: `e epoch seq kind at senderBytes idBytes`, `r` and the head, `w senderBytes`,
 * `p presenceVersion nodeBytes`; texts of those lengths follow, and one to the end.
 */
export function readAnnouncement(bytes: Uint8Array): Announcement | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lineBytes = message.subarray(0, MAX_LINE_BYTES).indexOf(LF);
  if (lineBytes < 0) return undefined;
  const [letter, ...words] = message.toString('latin1', 0, lineBytes).split(' ');
  const body = message.subarray(lineBytes + 1);
  switch (letter) {
    case 'e':
      return readEntry(words, body);
    case 'r': {
      const head = headOf(words);
      return head && { what: 'renewed', head };
    }
    case 'w': {
      const [sender, payload] = cut(body, words);
      return sender && payload !== undefined ? { what: 'whisper', sender, payload } : undefined;
    }
    case 'p':
      return readPresence(words, body);
    default:
      return undefined;
  }
}

/** Reads an announcement in the channel of a room and tells it; what is none is passed over. */
export function tellAnnouncement(events: BrokerEvents, room: string, bytes: Uint8Array): void {
  const said = readAnnouncement(bytes);
  if (said?.what === 'entry') events.entry(room, said.epoch, said.entry);
  else if (said?.what === 'renewed') events.renewed(room, said.head);
  else if (said?.what === 'whisper') events.whisper(room, said.sender, said.payload);
  else if (said?.what === 'presence') events.presence(room, said.node, said.change, said.presenceVersion);
}

/** What a node whispers, in the form above. */
export function writeWhisper(sender: string, payload: string): string {
  return `w ${Buffer.byteLength(sender)}\n${sender}${payload}`;
}

/** The texts of the lengths that are said, and one to the end; nothing if the lengths are wrong. */
function cut(body: Buffer, lengths: readonly string[]): string[] {
  const texts: string[] = [];
  let from = 0;
  for (const word of lengths) {
    const to = from + (wholeOf(word) ?? Number.POSITIVE_INFINITY);
    if (to > body.length) return [];
    texts.push(body.toString('utf8', from, to));
    from = to;
  }
  return [...texts, body.toString('utf8', from)];
}

function readEntry(words: readonly string[], body: Buffer): Announcement | undefined {
  const [epochWord, seq, kind, at, ...lengths] = words;
  const epoch = epochOf(epochWord);
  if (epoch === undefined || lengths.length !== 2) return undefined;
  const entry = entryOf([seq, kind, at, ...cut(body, lengths)]);
  return entry && { what: 'entry', epoch, entry };
}

function readPresence(words: readonly string[], body: Buffer): Announcement | undefined {
  const [version, ...lengths] = words;
  const presenceVersion = wholeOf(version);
  const [name, text] = cut(body, lengths.slice(0, 1));
  const node = nodeOf(name);
  if (presenceVersion === undefined || node === undefined || text === undefined) return undefined;
  const change = readChange(text);
  return change && { what: 'presence', node, change, presenceVersion };
}

/** A change of presence as JSON: `j`, users and names in turn, and `l`, users. */
export function writeChange({ joined, left }: PresenceChange): string {
  return JSON.stringify({ j: joined.flatMap(({ user, name }) => [user, name]), l: left });
}

function readChange(json: string): PresenceChange | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { j, l } = value as { readonly j?: unknown; readonly l?: unknown };
  const left = listOf(l).flatMap((user) => textOf(user, 256) || []);
  return { joined: attendeesOf(j), left };
}
