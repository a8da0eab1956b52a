import type { Founding, Refused, Subscription } from './broker.ts';
import { CatchUp, type CatchUpRoom, historyOf } from './catch-up.ts';
import type { RoomMember } from './delivery.ts';
import type { Eventual } from './eventual.ts';
import { whenReady } from './eventual.ts';
import { FeedMender, type FeedOutlet } from './feed-mender.ts';
import { type Entry, type Head, isMailbox, type Page, type Position } from './log.ts';
import { MemberStay } from './member-stay.ts';
import { type NodeContext, READ_LIMITS } from './node-context.ts';
import type { EntryRefusal, JoinRequest } from './room-events.ts';
import { RoomPresence } from './room-presence.ts';
import { type RulesReader, RulesWatch } from './rules-watch.ts';

const LEFT = Object.freeze({ refusal: 'left' } as const);

/** Why a join came to nothing; undefined if it did not. */
type JoinOutcome = { readonly refusal: EntryRefusal } | undefined;

/**
 * One node's part of one room: it listens to the broker, lets members in, and delivers to them.
 *
 * A member is held back until it has everything up to what this node has delivered, and is live from then on. There is one for
 * each mailbox too, so what only some rooms need is left out of the others.
 */
export class LocalRoom<Member extends RoomMember<Prepared>, Prepared>
  implements CatchUpRoom<Member>, FeedOutlet, RulesReader
{
  readonly name: string;
  /** Undefined in a mailbox, where nobody is told who reads it. */
  readonly presence: RoomPresence<Member, Prepared> | undefined;
  readonly rules: RulesWatch<Member, Prepared>;
  readonly feed: FeedMender<Member, Prepared>;
  readonly #context: NodeContext<Member, Prepared>;
  readonly #catchUp: CatchUp<Member, Prepared>;
  readonly #stays = new Map<Member, MemberStay>();
  readonly #opened: Eventual<Refused | undefined>;
  /** What live members have: behind the feed while it gives on several entries. */
  #delivered: Position = { epoch: '', seq: 0 };
  #stopped = false;

  constructor(context: NodeContext<Member, Prepared>, name: string, founding: Founding | undefined) {
    this.#context = context;
    this.name = name;
    this.presence = isMailbox(name) ? undefined : new RoomPresence(context, name);
    this.rules = new RulesWatch(context, name, this);
    this.feed = new FeedMender(context, name, this);
    this.#catchUp = new CatchUp(context, this);
    this.#opened = whenReady(context.broker.subscribe(name, founding), (answer) => this.#open(answer));
  }

  /** Lets a member in that the hub has taken in: at once, or once the broker has answered. */
  join(member: Member, request: JoinRequest): Eventual<JoinOutcome> {
    const stay = new MemberStay(request);
    this.#stays.set(member, stay);
    this.#context.hub.get(this.name)?.setLive(member, false);
    return whenReady(this.#opened, (refused) =>
      refused
        ? this.#refuse(member, stay, refused.refusal)
        : whenReady(this.rules.current(), () => this.#enter(member, stay)),
    );
  }

  /** A member has left: the hub has let it go. */
  leave(member: Member, lingerMs: number): void {
    const stay = this.#stays.get(member);
    this.#stays.delete(member);
    if (stay?.attends) this.presence?.go(stay.request.attendee.user, lingerMs);
    if (this.#stays.size === 0 && (this.presence?.here ?? 0) === 0) this.#context.forget(this.name);
  }

  /** What the broker has of this room now; nothing if it has lost it. */
  compare(head: Head | undefined, asked: Position | undefined, alive: ReadonlySet<string>): void {
    if (!asked || this.#stopped) return;
    if (!head) {
      this.#foundAgain();
      return;
    }
    this.rules.compare(head.rulesVersion);
    this.presence?.compare(head.presenceVersion, alive);
    this.feed.look(head, asked);
    for (const [member, stay] of this.#stays) if (stay.pause === 'broker') this.#unpause(member, stay);
  }

  /** The broker was away: what it has is looked at again. */
  verify(): void {
    this.feed.verify();
    void this.rules.refresh();
    this.presence?.refresh();
  }

  /** The connection of a member has taken what it had. */
  drained(member: Member): void {
    const stay = this.#stays.get(member);
    if (stay?.pause === 'drain') this.#unpause(member, stay);
  }

  /** What live members have; its epoch is that of the feed. */
  get delivered(): Position {
    return this.#delivered;
  }

  /** Whether everything will begin anew: then the members are told by the reset. */
  get resets(): boolean {
    return this.feed.resets;
  }

  /** What a member that joins is told beside the history. */
  get welcome(): CatchUpRoom<Member>['welcome'] {
    const view = this.presence?.view;
    const attendees = view?.attendees(READ_LIMITS.attendees) ?? [];
    return { count: view?.count ?? 0, attendees, rules: this.rules.rules };
  }

  /** Whether this stay of the member has not ended. */
  isHere(member: Member, stay: MemberStay): boolean {
    return this.#stays.get(member) === stay;
  }

  stop(): void {
    this.#stopped = true;
    this.feed.stop();
    this.presence?.stop();
  }

  #open(answer: Subscription | Refused): Refused | undefined {
    if (answer.refusal !== undefined) return answer;
    const { epoch, seq } = answer.head;
    this.#delivered = { epoch, seq };
    this.rules.begin(answer);
    this.presence?.replace(answer.presence, answer.head.presenceVersion);
    this.feed.begin(this.#delivered);
    return undefined;
  }

  #foundAgain(): void {
    const founding = { rules: this.rules.text, listed: this.rules.rules?.private === false };
    void whenReady(this.#context.broker.subscribe(this.name, founding), (answer) => {
      if (answer.refusal !== undefined || this.#stopped) return;
      this.rules.startAfresh();
      this.presence?.startAfresh();
      this.feed.look(answer.head);
    });
  }

  #enter(member: Member, stay: MemberStay): Eventual<JoinOutcome> {
    if (!this.isHere(member, stay)) return LEFT;
    const { admit, attendee, presence = true, since } = stay.request;
    if (admit) {
      const { rules } = this.rules;
      const why = rules && admit(rules);
      if (!rules) return this.#refuse(member, stay, 'bad-rules');
      if (why !== undefined) return this.#refuse(member, stay, { notAdmitted: why });
    }
    stay.admitted = true;
    if (presence) this.presence?.come(attendee);
    return whenReady(this.#catchUp.begin(member, stay, since), (refusal) => {
      if (!this.isHere(member, stay)) return LEFT;
      return refusal === undefined ? undefined : this.#refuse(member, stay, refusal);
    });
  }

  #refuse(member: Member, stay: MemberStay, refusal: EntryRefusal): JoinOutcome {
    if (!this.isHere(member, stay)) return LEFT;
    this.#context.letGo(this.name, member);
    this.leave(member, 0);
    return { refusal };
  }

  #unpause(member: Member, stay: MemberStay): void {
    stay.pause = 'none';
    this.#catchUp.goOn(member, stay);
  }

  /** Gives entries that are next in order to the live members. */
  deliver(entries: readonly Entry[]): void {
    const { hub, ports } = this.#context;
    const { epoch } = this.#delivered;
    for (const entry of entries) {
      this.#delivered = { epoch, seq: entry.seq };
      if (entry.kind === 'rules') {
        void this.rules.refresh();
        ports.ruled(this.name, entry);
      }
      const count = hub.get(this.name)?.publish({ kind: 'entry', room: this.name, epoch, entry });
      if (count) ports.delivered?.(this.name, entry, count);
    }
    if (entries.length === 0) return;
    for (const [member, stay] of this.#stays) if (stay.phase === 'ahead') this.#catchUp.goOn(member, stay);
  }

  /** Begins anew: every member gets the latest history. */
  reset(page: Page): void {
    this.#delivered = { epoch: page.epoch, seq: page.seq };
    void this.rules.refresh();
    this.presence?.refresh();
    const room = this.#context.hub.get(this.name);
    const entering: [Member, MemberStay][] = [];
    for (const [member, stay] of this.#stays) {
      stay.turn++;
      stay.pause = 'none';
      if (stay.phase === 'entering') entering.push([member, stay]);
      else {
        stay.phase = 'live';
        room?.setLive(member, true);
      }
    }
    room?.publish({ kind: 'reset', room: this.name, ...historyOf(page) });
    for (const [member, stay] of entering) {
      if (!stay.admitted || !this.isHere(member, stay)) continue;
      const limit = stay.request.history ?? READ_LIMITS.history;
      const history = limit === 0 ? [] : page.entries.slice(-limit);
      this.#catchUp.tellJoined(member, stay, { ...historyOf(page), history }, false);
    }
  }

  /** The rules have changed: whoever they do not admit any more goes. */
  rulesChanged(): void {
    const { rules } = this.rules;
    if (!rules) return;
    for (const [member, stay] of this.#stays) {
      const why = stay.admitted ? stay.request.admit?.(rules) : undefined;
      if (why === undefined) continue;
      this.#context.letGo(this.name, member);
      this.leave(member, 0);
      this.#context.ports.expelled(member, this.name, why);
    }
  }
}
