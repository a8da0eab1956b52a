import type { Bookmark, DeliveryStatus, Entry, Joined, Position, RoomEvent } from '../../../src/rooms/index.ts';

/** What one client believes about one room. */
export interface Belief {
  position: Bookmark | undefined;
  /** What it has of the room since it began, or since it was last told to begin anew, by seq. */
  readonly texts: Map<number, string>;
  /** From which seq on it must have everything. */
  from: number;
  /** How often it was told to begin anew. */
  resets: number;
}

/** A message that a client wants to be in a room, and sends until it is acknowledged. */
export interface Wish {
  readonly room: string;
  readonly id: string;
  readonly text: string;
  acked: Position | undefined;
}

/** One connection of a client to a node: it takes `room` events until its queue is full, and drains when told. */
export class SimConnection {
  readonly client: SimClient;
  readonly capacity: number;
  queued = 0;
  open = true;

  constructor(client: SimClient, capacity: number) {
    this.client = client;
    this.capacity = capacity;
  }

  send(event: RoomEvent): DeliveryStatus {
    if (!this.open) return 'closed';
    if (this.queued >= this.capacity) return 'dropped';
    this.queued++;
    this.client.heard(event);
    return this.queued > this.capacity / 2 ? 'pressured' : 'ok';
  }
}

/** Somebody who chats: remembers what it heard, and complains about everything that must not be. */
export class SimClient {
  readonly user: string;
  readonly rooms: readonly string[];
  readonly beliefs = new Map<string, Belief>();
  readonly wishes: Wish[] = [];
  readonly complaints: string[] = [];
  connection: SimConnection | undefined;
  /** The rooms that the present connection has asked for. */
  readonly asked = new Set<string>();
  readonly inside = new Set<string>();

  constructor(user: string, rooms: readonly string[]) {
    this.user = user;
    this.rooms = rooms;
  }

  joined({ room, epoch, seq, recovered, history }: Joined): void {
    if (this.inside.has(room)) this.complaints.push(`${this.user} is told twice that it is in ${room}`);
    if (!this.asked.has(room)) this.complaints.push(`${this.user} is in ${room} unasked`);
    this.inside.add(room);
    const belief = this.beliefs.get(room);
    if (recovered && belief) {
      const { position } = belief;
      if (position?.epoch !== epoch || position.seq !== seq)
        this.complaints.push(`${this.user} recovers from elsewhere`);
    } else {
      // An empty room may be forgotten: whoever has nothing of it loses nothing.
      const hadNothing = (belief?.position?.seq ?? 0) === 0;
      this.#begin(room, { epoch, seq }, history, hadNothing ? 0 : (belief?.resets ?? 0) + 1);
    }
  }

  heard(event: RoomEvent): void {
    const { room } = event;
    if (!this.inside.has(room)) {
      this.complaints.push(`${this.user} hears ${event.kind} of ${room}, where it is not`);
      return;
    }
    const belief = this.beliefs.get(room);
    if (!belief) return;
    if (event.kind === 'reset') this.#begin(room, event, event.history, belief.resets + 1);
    if (event.kind === 'missed') this.complaints.push(`${this.user} missed something in ${room}`);
    if (event.kind !== 'entry') return;
    const { epoch, entry } = event;
    const { position } = belief;
    if (position?.epoch !== epoch || position.seq + 1 !== entry.seq) {
      this.complaints.push(
        `${this.user} hears ${epoch}/${entry.seq} after ${position?.epoch}/${position?.seq} in ${room}`,
      );
    }
    if ([...belief.texts.values()].includes(entry.payload)) {
      this.complaints.push(`${this.user} hears ${entry.payload} twice in ${room}`);
    }
    belief.position = { epoch, seq: entry.seq, at: entry.at };
    belief.texts.set(entry.seq, entry.payload);
  }

  #begin(room: string, position: Position, history: readonly Entry[], resets: number): void {
    const texts = new Map(history.map(({ seq, payload }) => [seq, payload]));
    const last = history.at(-1)?.seq ?? position.seq;
    if (last !== position.seq) this.complaints.push(`${this.user} gets history up to ${last}, not ${position.seq}`);
    this.beliefs.set(room, {
      position: { epoch: position.epoch, seq: position.seq, at: history.at(-1)?.at },
      texts,
      from: history[0]?.seq ?? position.seq + 1,
      resets,
    });
  }
}
