import type { RoomMember } from './delivery.ts';
import { whenReady } from './eventual.ts';
import { LocalAttendance } from './local-attendance.ts';
import type { NodeContext } from './node-context.ts';
import type { Attendee, PresenceChange, PresenceOfNode } from './presence.ts';
import { PRESENCE_LIMITS, PresenceBatch } from './presence-batch.ts';
import { PresenceView, type UserChange } from './presence-view.ts';

/** Who is in one room: what this node says of its own part, what others say of theirs, and what members are told of it. */
export class RoomPresence<Member extends RoomMember<Prepared>, Prepared> {
  readonly view: PresenceView = new PresenceView();
  readonly #context: NodeContext<Member, Prepared>;
  readonly #room: string;
  readonly #here = new LocalAttendance();
  /** What members are to be told soon. */
  #batch: PresenceBatch | undefined;
  #version = -1;
  #isStale = false;
  #cancelBatch: (() => void) | undefined;
  #cancelLinger: (() => void) | undefined;

  constructor(context: NodeContext<Member, Prepared>, room: string) {
    this.#context = context;
    this.#room = room;
  }

  /** How many users are in this node's part, lingering ones included. */
  get here(): number {
    return this.#here.size;
  }

  come(attendee: Attendee): void {
    this.#say(this.#here.come(attendee));
  }

  /** A member of this user is gone; its last one lets the user stay in sight for `lingerMs`. */
  go(user: string, lingerMs: number): void {
    this.#say(this.#here.go(user, this.#context.ports.now(), lingerMs));
    this.#awaitLingering();
  }

  /** What a node says, this one included. */
  heard(node: string, change: PresenceChange, version: number): void {
    if (version <= this.#version) return;
    const isNext = version === this.#version + 1;
    this.#version = version;
    if (node !== this.#context.broker.node) this.#changed(this.view.apply(node, change));
    if (!isNext) this.refresh();
  }

  /** Takes the whole presence in place of what was known. */
  replace(presence: readonly PresenceOfNode[], version: number): void {
    const { node } = this.#context.broker;
    this.#version = Math.max(version, this.#version);
    this.#isStale = version < this.#version;
    const others = presence.filter((part) => part.node !== node);
    const { attendees } = this.#here;
    this.#changed(this.view.replace(attendees.length > 0 ? [...others, { node, attendees }] : others));
  }

  /** Compares with the version that the broker has, and with the nodes that are alive. */
  compare(version: number, alive: ReadonlySet<string>): void {
    this.#changed(this.view.keep(new Set([...alive, this.#context.broker.node])));
    if (version > this.#version || this.#isStale) this.refresh();
  }

  /** Asks for the whole presence. */
  refresh(): void {
    this.#isStale = true;
    void whenReady(this.#context.broker.attendance(this.#room), (answer) => {
      if (answer.refusal === undefined && answer.presenceVersion >= this.#version)
        this.replace(answer.presence, answer.presenceVersion);
    });
  }

  /** The room of the broker was lost: its versions begin anew. */
  startAfresh(): void {
    this.#version = -1;
    this.refresh();
  }

  stop(): void {
    this.#cancelBatch?.();
    this.#cancelLinger?.();
  }

  #say(change: PresenceChange | undefined): void {
    if (!change) return;
    this.#changed(this.view.apply(this.#context.broker.node, change));
    this.#context.broker.attend(this.#room, change);
  }

  #changed(change: UserChange): void {
    if (change.joined.length + change.left.length === 0) return;
    const { ports } = this.#context;
    this.#batch ??= new PresenceBatch();
    this.#batch.add(change);
    this.#cancelBatch ??= ports.schedule(PRESENCE_LIMITS.intervalMs, () => {
      this.#cancelBatch = undefined;
      this.#tell();
    });
    ports.attended?.(this.#room, change);
  }

  #tell(): void {
    const { count } = this.view;
    const change = this.#batch?.take(count);
    this.#batch = undefined;
    if (change) this.#context.hub.get(this.#room)?.publish({ kind: 'presence', room: this.#room, ...change, count });
  }

  #awaitLingering(): void {
    const { ports } = this.#context;
    const { dueAt } = this.#here;
    if (dueAt === undefined || this.#cancelLinger) return;
    this.#cancelLinger = ports.schedule(Math.max(0, dueAt - ports.now()), () => {
      this.#cancelLinger = undefined;
      this.#say(this.#here.expire(ports.now()));
      this.#awaitLingering();
      if (this.#here.size === 0 && !this.#context.hub.get(this.#room)) this.#context.forget(this.#room);
    });
  }
}
