import type { RoomMember } from './delivery.ts';
import type { Eventual } from './eventual.ts';
import { whenReady } from './eventual.ts';
import type { Entry, Page, Position } from './log.ts';
import { type NodeContext, READ_LIMITS } from './node-context.ts';
import { RoomFeed } from './room-feed.ts';

/** What comes out of a {@link FeedMender}: entries in order, or the latest history to begin anew with. */
export interface FeedOutlet {
  deliver(entries: readonly Entry[]): void;
  reset(page: Page): void;
}

/** Keeps the feed of one room whole: does what it needs, one thing after the other, until it needs nothing. */
export class FeedMender<Member extends RoomMember<Prepared>, Prepared> {
  readonly #context: NodeContext<Member, Prepared>;
  readonly #room: string;
  readonly #outlet: FeedOutlet;
  #feed: RoomFeed | undefined;
  /** What was heard before the feed began. */
  #early: Position | undefined;
  #mending = false;
  #cancelRepair: (() => void) | undefined;
  #stopped = false;

  constructor(context: NodeContext<Member, Prepared>, room: string, outlet: FeedOutlet) {
    this.#context = context;
    this.#room = room;
    this.#outlet = outlet;
  }

  /** Where the feed stands; undefined before it began. */
  get position(): Position | undefined {
    return this.#feed?.position;
  }

  /** Whether everything will begin anew, as soon as the broker has answered. */
  get resets(): boolean {
    return this.#feed?.need === 'reset' || this.#feed?.need === 'renewal';
  }

  begin(start: Position): void {
    this.#feed = new RoomFeed(start);
    if (this.#early) this.look(this.#early);
  }

  /** An entry that was announced. */
  heard(epoch: string, entry: Entry): void {
    if (!this.#feed) this.#early = { epoch, seq: entry.seq };
    else {
      this.#outlet.deliver(this.#feed.accept(epoch, entry, this.#context.ports.now()));
      this.mend();
    }
  }

  /** A head of the log, perhaps as the answer to a question that was asked at the position `asked`. */
  look(head: Position, asked?: Position): void {
    this.#feed?.look(head, this.#context.ports.now(), asked);
    this.mend();
  }

  /** A page of the log that was read for another reason. */
  know(page: Page): void {
    this.#feed?.know(page);
  }

  /** The broker was away, and its log may have been cut. */
  verify(): void {
    this.#feed?.verify();
    this.mend();
  }

  /** Does what the feed needs. What the broker refuses is tried again at the next call. */
  mend(): void {
    void this.#mend();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRepair?.();
  }

  #mend(): Eventual<void> {
    const feed = this.#feed;
    if (!feed || this.#mending || this.#stopped) return;
    if (feed.need === 'nothing') {
      this.#awaitRepair(feed);
      return;
    }
    this.#mending = true;
    return whenReady(this.#mendOnce(feed), (goesOn) => {
      this.#mending = false;
      return goesOn ? this.#mend() : undefined;
    });
  }

  /** Gives whether the broker did its part. */
  #mendOnce(feed: RoomFeed): Eventual<boolean> {
    const { broker, ports, repairs } = this.#context;
    if (feed.need === 'renewal') {
      return whenReady(broker.renew(this.#room, feed.position), (answer) => {
        if (answer.refusal === undefined) feed.look(answer.head, ports.now());
        return answer.refusal === undefined;
      });
    }
    if (feed.need === 'reset') return this.#beginAnew(feed);
    const asked = feed.position;
    const range = { after: feed.readAfter, limit: READ_LIMITS.catchUp };
    return whenReady(broker.read(this.#room, range), (page) => {
      if (page.refusal === 'gone') feed.unreadable();
      if (page.refusal !== undefined) return page.refusal === 'gone';
      repairs.repairs++;
      this.#outlet.deliver(feed.fill(page, asked, ports.now()));
      return true;
    });
  }

  #beginAnew(feed: RoomFeed): Eventual<boolean> {
    const { broker, ports, repairs } = this.#context;
    const asked = feed.position;
    return whenReady(broker.read(this.#room, { before: Infinity, limit: READ_LIMITS.history }), (page) => {
      if (page.refusal !== undefined || this.#stopped) return false;
      if (page.epoch === asked.epoch && page.seq < asked.seq) feed.look(page, ports.now(), asked);
      else {
        repairs.resets++;
        feed.restart(page, page.entries.at(-1), ports.now());
        this.#outlet.reset(page);
      }
      return true;
    });
  }

  #awaitRepair(feed: RoomFeed): void {
    const { ports } = this.#context;
    const { repairDueAt } = feed;
    if (repairDueAt === undefined || this.#cancelRepair) return;
    this.#cancelRepair = ports.schedule(Math.max(0, repairDueAt - ports.now()), () => {
      this.#cancelRepair = undefined;
      feed.wait(ports.now());
      this.mend();
    });
  }
}
