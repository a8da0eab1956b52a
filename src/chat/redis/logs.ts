import { randomBytes } from 'node:crypto';
import type {
  Head,
  Page,
  Position,
  Publication,
  Published,
  ReadRange,
  Refused,
  RulesRecord,
} from '../../rooms/index.ts';
import type { RedisCalls } from './calls.ts';
import { UNAVAILABLE } from './calls.ts';
import type { RedisKeys } from './keys.ts';
import { isLogName, isMailbox } from './keys.ts';
import type { RedisLimits } from './limits.ts';
import { LUA_FIND, LUA_PUBLISH, LUA_RENEW } from './lua-publish.ts';
import { LUA_READ, LUA_RULES, LUA_SURVEY } from './lua-read.ts';
import { entriesOf, epochOf, headOf, letterOf, listOf, textOf, wholeOf } from './reading.ts';
import { Script } from './script.ts';

const PUBLISH = new Script(LUA_PUBLISH);
const FIND = new Script(LUA_FIND);
const RENEW = new Script(LUA_RENEW);
const READ = new Script(LUA_READ);
const RULES = new Script(LUA_RULES);
const SURVEY = new Script(LUA_SURVEY);

/** Most entries and bytes of one page, longest rules, and rooms that one script compares. */
const PAGE_ENTRIES = 1000;
const PAGE_BYTES = 262_144;
/** What an entry costs beside its texts, whose bytes count twice: about what a node needs that holds it. */
const ENTRY_BYTES = 128;
const RULES_UNITS = 1_048_576;
const SURVEYED_AT_ONCE = 500;

const NO_ROOM: Refused = Object.freeze({ refusal: 'no-room' });

/** The name of an epoch that there has not been. */
export function newEpoch(): string {
  return randomBytes(8).toString('hex');
}

/** The logs and rules of rooms on Redis. Each call does what the call of that name of a `Broker` does. */
export class RedisLogs {
  static readonly scripts: readonly Script[] = [PUBLISH, FIND, RENEW, READ, RULES, SURVEY];
  readonly #calls: RedisCalls;
  readonly #keys: RedisKeys;
  readonly #limits: RedisLimits;

  constructor(calls: RedisCalls, keys: RedisKeys, limits: RedisLimits) {
    this.#calls = calls;
    this.#keys = keys;
    this.#limits = limits;
  }

  async publish(room: string, publication: Publication): Promise<Published | Refused> {
    if (!isLogName(room)) return NO_ROOM;
    const { kind, sender, id = '', seen, rulesVersion } = publication;
    const payload = kind === 'redaction' ? '' : publication.payload;
    const kept = this.#kept(room);
    if (ENTRY_BYTES + 2 * Buffer.byteLength(sender + id + payload) > kept.bytes) return { refusal: 'too-large' };
    const args = [
      letterOf(kind),
      sender,
      id,
      payload,
      newEpoch(),
      seen?.epoch ?? '',
      `${seen?.seq ?? 0}`,
      rulesVersion === undefined ? '' : `${rulesVersion}`,
      kind === 'message' ? `${Math.ceil(publication.paceMs ?? 0)}` : '0',
      kind === 'rules' ? publication.rules : '',
      kind === 'redaction' ? `${publication.target}` : '0',
      `${kept.entries}`,
      `${kept.bytes}`,
      `${kept.ms}`,
      `${this.#limits.dedupMs}`,
      `${kept.idleMs}`,
      isMailbox(room) ? '1' : '0',
      kind === 'rules' && publication.listed !== undefined ? (publication.listed ? '1' : '0') : '',
      room,
    ];
    return placeOf(await this.#calls.ask(PUBLISH, [this.#keys.room(room), this.#keys.listed], args));
  }

  async findPublished(room: string, sender: string, id: string): Promise<Published | Refused> {
    if (!isLogName(room)) return NO_ROOM;
    return placeOf(await this.#calls.ask(FIND, [this.#keys.room(room)], [sender, id, `${this.#limits.dedupMs}`]));
  }

  async read(room: string, range: ReadRange): Promise<Page | Refused> {
    if (!isLogName(room)) return NO_ROOM;
    const forwards = range.after !== undefined;
    const limit = Math.max(1, Math.min(PAGE_ENTRIES, Math.floor(range.limit)));
    const from = forwards ? range.after : range.before;
    const answer = await this.#calls.ask(
      READ,
      [this.#keys.room(room)],
      [
        forwards ? 'after' : 'before',
        Number.isSafeInteger(from) ? `${from}` : '',
        `${limit}`,
        `${PAGE_BYTES}`,
        `${this.#kept(room).ms}`,
      ],
    );
    if (answer.refusal !== undefined) return answer;
    const [epoch, seq, first] = [epochOf(answer.values[0]), wholeOf(answer.values[1]), wholeOf(answer.values[2])];
    if (epoch === undefined || seq === undefined || first === undefined || first > seq + 1) return UNAVAILABLE;
    const rows = listOf(answer.values[3]).slice(0, limit);
    if (forwards) return { epoch, seq, first, entries: entriesOf(rows, range.after + 1) };
    const last = Math.min(seq, range.before - 1);
    return { epoch, seq, first, entries: entriesOf([...rows].reverse(), last - rows.length + 1) };
  }

  async rules(room: string): Promise<RulesRecord | Refused> {
    if (!isLogName(room)) return NO_ROOM;
    const answer = await this.#calls.ask(RULES, [this.#keys.room(room)], []);
    if (answer.refusal !== undefined) return answer;
    const [rules, rulesVersion] = [textOf(answer.values[0], RULES_UNITS), wholeOf(answer.values[1])];
    return rules === undefined || rulesVersion === undefined ? UNAVAILABLE : { rules, rulesVersion };
  }

  async renew(room: string, seen: Position): Promise<{ readonly head: Head; readonly refusal?: undefined } | Refused> {
    if (!isLogName(room)) return NO_ROOM;
    const answer = await this.#calls.ask(RENEW, [this.#keys.room(room)], [seen.epoch, newEpoch()]);
    if (answer.refusal !== undefined) return answer;
    const head = headOf(answer.values[0]);
    return head ? { head } : UNAVAILABLE;
  }

  /** The heads of rooms; undefined if Redis is away. */
  async heads(rooms: readonly string[]): Promise<ReadonlyMap<string, Head> | undefined> {
    const parts: string[][] = [];
    for (let i = 0; i < rooms.length; i += SURVEYED_AT_ONCE) parts.push(rooms.slice(i, i + SURVEYED_AT_ONCE));
    const bases = parts.map((part) => part.map((room) => this.#keys.room(room)));
    const replies = await Promise.all(bases.map((keys) => this.#calls.value(SURVEY, keys, [])));
    if (!this.#calls.up || replies.includes(undefined)) return undefined;
    const heads = new Map<string, Head>();
    parts.forEach((part, i) => {
      const reply = listOf(replies[i]);
      part.forEach((room, j) => {
        const head = headOf(reply[j]);
        if (head) heads.set(room, head);
      });
    });
    return heads;
  }

  #kept(room: string): { entries: number; bytes: number; ms: number; idleMs: number } {
    const { entriesPerRoom, bytesPerRoom, entryAgeMs, keepMs, mailEntries, mailAgeMs } = this.#limits;
    return isMailbox(room)
      ? { entries: mailEntries, bytes: bytesPerRoom, ms: mailAgeMs, idleMs: mailAgeMs }
      : { entries: entriesPerRoom, bytes: bytesPerRoom, ms: entryAgeMs, idleMs: keepMs };
  }
}

function placeOf(answer: Awaited<ReturnType<RedisCalls['ask']>>): Published | Refused {
  if (answer.refusal !== undefined) return answer;
  const [epoch, seq, at] = [epochOf(answer.values[0]), wholeOf(answer.values[1]), wholeOf(answer.values[2])];
  if (epoch === undefined || seq === undefined || at === undefined) return UNAVAILABLE;
  return { epoch, seq, at, duplicate: answer.values[3] === '1' };
}
