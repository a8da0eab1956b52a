import type { Socket } from 'node:net';
import { Conversation } from './conversation.ts';
import type { End } from './entry.ts';
import type { Totals } from './feed.ts';
import type { Journal } from './journal.ts';
import type { RecordingEvent } from './recording.ts';
import type { Relay } from './relay.ts';

/** A connection while it is relayed: what one end sends goes into the journal and the recording. */
export interface LiveConversation {
  readonly conversation: Conversation;
  bytes(from: End, chunk: Uint8Array): void;
  ended(note: string, failed: boolean): void;
}

interface Sums {
  readonly frames: { client: number; server: number };
  readonly bytes: { client: number; server: number };
  violations: number;
}

/** The connections of an inspector, and the sums over all that there were. */
export class Conversations {
  readonly #journal: Journal;
  readonly #now: () => number;
  readonly #record: (event: RecordingEvent) => void;
  readonly #open = new Set<Conversation>();
  readonly #relays = new Set<Relay>();
  readonly #past: Sums = { frames: { client: 0, server: 0 }, bytes: { client: 0, server: 0 }, violations: 0 };
  #count = 0;

  /** @param now milliseconds since the inspector began */
  constructor(journal: Journal, now: () => number, record: (event: RecordingEvent) => void) {
    this.#journal = journal;
    this.#now = now;
    this.#record = record;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** A client has asked for a connection. */
  begin(socket: Socket, changes: readonly string[]): LiveConversation {
    const connection = ++this.#count;
    const conversation = new Conversation(connection, (entry) => this.#journal.add(entry), changes);
    this.#open.add(conversation);
    const client = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
    const at_ms = this.#now();
    this.#record({ event: 'open', connection, at_ms, client, changes });
    conversation.open(client, at_ms);
    return {
      conversation,
      bytes: (from, chunk) => {
        const atMs = this.#now();
        conversation.bytes(from, chunk, atMs);
        const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('base64');
        this.#record({ event: 'bytes', connection, at_ms: atMs, from, bytes });
      },
      ended: (note, failed) => {
        if (!this.#open.delete(conversation)) return;
        const atMs = this.#now();
        conversation.end(note, failed, atMs);
        this.#record({ event: 'end', connection, at_ms: atMs, note, failed });
        addTo(this.#past, conversation);
      },
    };
  }

  /** Keeps a relay, to be cut off when the inspector closes. */
  keep(relay: Relay): () => void {
    this.#relays.add(relay);
    return () => this.#relays.delete(relay);
  }

  /** Counts connections of a recording as if they had been relayed. */
  adopt(conversations: readonly Conversation[]): void {
    this.#count += conversations.length;
    for (const conversation of conversations) addTo(this.#past, conversation);
  }

  closeAll(): void {
    for (const relay of this.#relays) relay.destroy('the inspector was closed');
  }

  totals(): Totals {
    const { frames, bytes, violations } = this.#past;
    const sums: Sums = { frames: { ...frames }, bytes: { ...bytes }, violations };
    for (const conversation of this.#open) addTo(sums, conversation);
    return { ...sums, connections: this.#count, open: this.#open.size };
  }
}

function addTo(sums: Sums, conversation: Conversation): void {
  for (const from of ['client', 'server'] as const) {
    const counts = conversation.counts(from);
    sums.frames[from] += counts.frames;
    sums.bytes[from] += counts.bytes;
    sums.violations += counts.violations;
  }
}
