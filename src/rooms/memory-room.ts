import type { Founding, Publication, Published, Refused } from './broker.ts';
import type { Entry, Head } from './log.ts';
import { DedupWindow } from './memory-dedup.ts';
import type { LogLimits } from './memory-log.ts';
import { MemoryLog } from './memory-log.ts';
import type { Attendee, PresenceChange, PresenceOfNode } from './presence.ts';

/** What one room of a {@link MemoryBroker} keeps beside its log. */
export interface MemoryRoomLimits {
  readonly log: LogLimits;
  readonly dedupMs: number;
  readonly dedupIds: number;
}

// A pace is at most an hour; who spoke longer ago is free to speak.
const LONGEST_PACE_MS = 3_600_000;

/** What a room did with a publication: where it stands, the entries to announce, and the new head if the epoch changed first. */
export interface Publishing {
  readonly outcome: Published | Refused;
  readonly entry: Entry | undefined;
  readonly renewed: boolean;
}

/** One room of a {@link MemoryBroker}: log, rules, ids, pace and presence. */
export class MemoryRoom {
  readonly name: string;
  readonly log: MemoryLog;
  rules: string;
  rulesVersion = 1;
  presenceVersion = 0;
  listed: boolean;
  readonly #limits: MemoryRoomLimits;
  // Mailboxes are rooms too, one for each user: what they never need is made when it is needed.
  #ids: DedupWindow | undefined;
  #spokeAt: Map<string, number> | undefined;
  #presence: Map<string, Map<string, Attendee>> | undefined;

  constructor(name: string, epoch: string, { rules, listed }: Founding, limits: MemoryRoomLimits) {
    this.name = name;
    this.rules = rules;
    this.listed = listed;
    this.#limits = limits;
    this.log = new MemoryLog(epoch, limits.log);
  }

  get head(): Head {
    const { rulesVersion, presenceVersion } = this;
    return { epoch: this.log.epoch, seq: this.log.seq, rulesVersion, presenceVersion };
  }

  /** Takes a publication, or says why not. `newEpoch` is asked for a name when the log turns out to have lost its end. */
  publish(publication: Publication, nowMs: number, newEpoch: () => string): Publishing {
    const { sender, id = '', seen, rulesVersion, kind } = publication;
    const known = id === '' ? undefined : this.find(sender, id, nowMs);
    if (known) return { outcome: known, entry: undefined, renewed: false };
    const renewed = seen?.epoch === this.log.epoch && seen.seq > this.log.seq;
    if (renewed) this.log.renew(newEpoch());
    const refusal = this.#refuse(publication, rulesVersion, nowMs);
    if (refusal) return { outcome: refusal, entry: undefined, renewed };

    const payload = kind === 'redaction' ? String(publication.target) : publication.payload;
    if (kind === 'redaction') this.log.redact(publication.target);
    if (kind === 'rules') this.#amend(publication.rules, publication.listed);
    if (kind === 'message' && publication.paceMs) this.#spoke(sender, nowMs);
    const entry = this.log.append(kind, nowMs, sender, id, payload);
    const published: Published = { epoch: this.log.epoch, seq: entry.seq, at: nowMs, duplicate: false };
    if (id !== '') {
      this.#ids ??= new DedupWindow(this.#limits.dedupMs, this.#limits.dedupIds);
      this.#ids.add(sender, id, published);
    }
    return { outcome: published, entry, renewed };
  }

  /** What was published under this sender and id. */
  find(sender: string, id: string, nowMs: number): Published | undefined {
    return this.#ids?.find(sender, id, nowMs);
  }

  /** Changes who is there on a node; false if that changes nothing. */
  attend(node: string, { joined, left }: PresenceChange): boolean {
    const attendees = this.#presence?.get(node) ?? new Map<string, Attendee>();
    let changed = false;
    for (const user of left) changed = attendees.delete(user) || changed;
    for (const attendee of joined) {
      changed ||= attendees.get(attendee.user)?.name !== attendee.name;
      attendees.set(attendee.user, attendee);
    }
    this.#presence ??= new Map();
    if (attendees.size > 0) this.#presence.set(node, attendees);
    else this.#presence.delete(node);
    if (changed) this.presenceVersion++;
    return changed;
  }

  /** Everybody on a node. */
  attendeesOf(node: string): readonly Attendee[] {
    return [...(this.#presence?.get(node)?.values() ?? [])];
  }

  /** Who is there, on the nodes that are `alive`. */
  presence(alive: (node: string) => boolean): PresenceOfNode[] {
    return [...(this.#presence?.keys() ?? [])]
      .filter(alive)
      .map((node) => ({ node, attendees: this.attendeesOf(node) }));
  }

  /** How many users are there, counted once for each node that they are on. */
  users(alive: (node: string) => boolean): number {
    let users = 0;
    for (const [node, attendees] of this.#presence ?? []) if (alive(node)) users += attendees.size;
    return users;
  }

  /** Forgets what is too old. */
  sweep(nowMs: number): void {
    this.log.trim(nowMs);
    this.#ids?.sweep(nowMs);
    if (this.#ids?.size === 0) this.#ids = undefined;
    for (const [sender, at] of this.#spokeAt ?? []) {
      if (nowMs - at < LONGEST_PACE_MS) break;
      this.#spokeAt?.delete(sender);
    }
  }

  #refuse(publication: Publication, rulesVersion: number | undefined, nowMs: number): Refused | undefined {
    if (rulesVersion !== undefined && rulesVersion !== this.rulesVersion) return { refusal: 'stale-rules' };
    if (publication.kind === 'redaction') {
      return this.log.at(publication.target)?.kind === 'message' ? undefined : { refusal: 'gone' };
    }
    const { sender, id = '', payload } = publication;
    if (!this.log.takes({ sender, id, payload })) return { refusal: 'too-large' };
    const paceMs = publication.kind === 'message' ? (publication.paceMs ?? 0) : 0;
    const freeAt = (this.#spokeAt?.get(sender) ?? -Infinity) + paceMs;
    return paceMs > 0 && freeAt > nowMs ? { refusal: 'too-soon', retryAfterMs: Math.ceil(freeAt - nowMs) } : undefined;
  }

  #amend(rules: string, listed: boolean | undefined): void {
    this.rules = rules;
    this.rulesVersion++;
    this.listed = listed ?? this.listed;
  }

  #spoke(sender: string, nowMs: number): void {
    this.#spokeAt ??= new Map();
    this.#spokeAt.delete(sender);
    this.#spokeAt.set(sender, nowMs);
    const [longestAgo] = this.#spokeAt.size > this.#limits.dedupIds ? this.#spokeAt.keys() : [];
    if (longestAgo !== undefined) this.#spokeAt.delete(longestAgo);
  }
}
