import type { RoomMember } from './delivery.ts';
import type { Eventual } from './eventual.ts';
import { whenReady } from './eventual.ts';
import type { Bookmark, Page, Position, ReadRange } from './log.ts';
import type { MemberStay } from './member-stay.ts';
import { type NodeContext, READ_LIMITS } from './node-context.ts';
import type { HistoryUpTo, Joined } from './room-events.ts';

/** What a {@link CatchUp} sees of its room. */
export interface CatchUpRoom<Member> {
  readonly name: string;
  /** The last entry that live members have; its epoch is that of the feed. */
  readonly delivered: Position;
  /** Whether everything will begin anew: then the members are told by the reset. */
  readonly resets: boolean;
  /** What a member that joins is told beside the history. */
  readonly welcome: Pick<Joined, 'count' | 'attendees' | 'rules'>;
  /** What is told of pages that were read and of heads that were seen. */
  readonly feed: { know(page: Page): void; look(head: Position): void };
  isHere(member: Member, stay: MemberStay): boolean;
}

/** Brings members level with their room: tells them that they are in, gives them what they missed, and lets them live. */
export class CatchUp<Member extends RoomMember<Prepared>, Prepared> {
  readonly #context: NodeContext<Member, Prepared>;
  readonly #room: CatchUpRoom<Member>;

  constructor(context: NodeContext<Member, Prepared>, room: CatchUpRoom<Member>) {
    this.#context = context;
    this.#room = room;
  }

  /**
   * Tells a member that it is in, with what it missed since `since` to follow, or with the latest history.
   * Gives why not if the broker cannot be read; what is settled otherwise meanwhile gives nothing.
   */
  begin(member: Member, stay: MemberStay, since: Bookmark | undefined): Eventual<Page['refusal'] | 'unavailable'> {
    if (this.#room.resets) return undefined;
    const { epoch, seq } = this.#room.delivered;
    const limit = stay.request.history ?? READ_LIMITS.history;
    const resumes = since?.epoch === epoch;
    if (!resumes && limit === 0) {
      this.tellJoined(member, stay, { epoch, seq, first: seq + 1, history: [] }, false);
      return undefined;
    }
    const range = resumes ? rangeAfter(since) : { before: Infinity, limit };
    const turn = ++stay.turn;
    return whenReady(this.#context.broker.read(this.#room.name, range), (page) => {
      if (stay.turn !== turn || !this.#room.isHere(member, stay)) return undefined;
      if (page.refusal === 'gone' && resumes) return this.begin(member, stay, undefined);
      if (page.refusal !== undefined) return 'unavailable';
      this.#room.feed.know(page);
      if (page.epoch !== this.#room.delivered.epoch) this.#room.feed.look(page);
      else if (!resumes) this.tellJoined(member, stay, historyOf(page), false);
      else if (isWorthless(since, page)) return this.begin(member, stay, undefined);
      else {
        const upTo = { epoch, seq: since.seq, first: page.first, history: [] };
        this.tellJoined(member, stay, upTo, true, page);
      }
      return undefined;
    });
  }

  /** Tells a member that it is in, hands it the first of what it missed, and lets it read on. */
  tellJoined(member: Member, stay: MemberStay, upTo: HistoryUpTo, recovered: boolean, missed?: Page): void {
    stay.reached = upTo.seq;
    stay.phase = 'catching-up';
    const { name, welcome } = this.#room;
    const resumed = stay.request.since ? recovered : undefined;
    this.#context.ports.joined(member, { room: name, ...upTo, ...welcome, recovered: resumed });
    if (missed && this.#room.isHere(member, stay)) this.#hand(member, stay, missed);
    this.goOn(member, stay);
  }

  /** Makes a member live if it has what was delivered, or reads on for it. */
  goOn(member: Member, stay: MemberStay): void {
    void this.#bringLevel(member, stay);
  }

  #bringLevel(member: Member, stay: MemberStay): Eventual<void> {
    const { name, delivered, resets } = this.#room;
    if (!this.#room.isHere(member, stay) || stay.phase === 'live' || stay.phase === 'entering') return;
    if (stay.reached === delivered.seq) {
      stay.phase = 'live';
      this.#context.hub.get(name)?.setLive(member, true);
      return;
    }
    if (stay.reached > delivered.seq) {
      stay.phase = 'ahead';
      this.#room.feed.look({ epoch: delivered.epoch, seq: stay.reached });
      return;
    }
    stay.phase = 'catching-up';
    if (stay.pause !== 'none' || resets) return;
    const turn = ++stay.turn;
    const range = { after: stay.reached, limit: READ_LIMITS.catchUp };
    return whenReady(this.#context.broker.read(name, range), (page) => {
      if (stay.turn !== turn || !this.#room.isHere(member, stay)) return;
      if (page.refusal === 'gone') return this.#beginAnew(member, stay);
      if (page.refusal !== undefined) stay.pause = 'broker';
      else if (page.epoch !== this.#room.delivered.epoch) this.#room.feed.look(page);
      else {
        this.#room.feed.know(page);
        this.#hand(member, stay, page);
        return this.#bringLevel(member, stay);
      }
    });
  }

  /** Gives a member the entries of a page until it is behind. */
  #hand(member: Member, stay: MemberStay, page: Page): void {
    for (const entry of page.entries) {
      if (entry.seq !== stay.reached + 1) continue;
      const event = { kind: 'entry', room: this.#room.name, epoch: page.epoch, entry } as const;
      const status = member.send(this.#context.prepared.of(event));
      if (status === 'ok' || status === 'pressured') stay.reached = entry.seq;
      if (status !== 'ok') stay.pause = 'drain';
      if (status === 'closed') this.#context.ports.undelivered(member, status, this.#room.name);
      if (status !== 'ok' || !this.#room.isHere(member, stay)) return;
    }
  }

  /** What a member was to catch up with is gone from the log. */
  #beginAnew(member: Member, stay: MemberStay): Eventual<void> {
    const turn = ++stay.turn;
    const { name } = this.#room;
    return whenReady(this.#context.broker.read(name, { before: Infinity, limit: READ_LIMITS.history }), (page) => {
      if (stay.turn !== turn || !this.#room.isHere(member, stay)) return;
      if (page.refusal !== undefined) stay.pause = 'broker';
      else if (page.epoch !== this.#room.delivered.epoch) this.#room.feed.look(page);
      else {
        stay.reached = page.seq;
        const status = member.send(this.#context.ports.encode({ kind: 'reset', room: name, ...historyOf(page) }));
        if (status === 'dropped' || status === 'closed') this.#context.ports.undelivered(member, status, name);
        else return this.#bringLevel(member, stay);
      }
    });
  }
}

/** A page as the history up to where it ends. */
export function historyOf({ epoch, seq, first, entries }: Page): HistoryUpTo {
  return { epoch, seq, first, history: entries };
}

// With the entry at the bookmark, so that it can be compared.
function rangeAfter({ seq, at }: Bookmark): ReadRange {
  const overlaps = at !== undefined && seq > 0;
  return { after: overlaps ? seq - 1 : seq, limit: READ_LIMITS.catchUp };
}

function isWorthless({ seq, at }: Bookmark, page: Page): boolean {
  const entry = page.entries.find((each) => each.seq === seq);
  return page.seq < seq || (at !== undefined && entry !== undefined && entry.at !== at);
}
