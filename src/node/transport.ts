import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Protocol, TransportGauge } from '../protocol/index.ts';
import { steadyNow } from './clock.ts';
import { deadlines, type Timed } from './deadlines.ts';
import { type Flushable, flushLater } from './flush-queue.ts';
import { listenTo, type SocketListener } from './socket-listener.ts';
import type { Tally } from './tally.ts';
import { toBuffer } from './to-buffer.ts';
import type { TransportOwner } from './transport-owner.ts';
import { type WireTap, WireTaps } from './wire-tap.ts';

const NO_BYTES: Uint8Array = new Uint8Array(0);
// Shared by all that keep nothing.
const NO_CHUNKS = Object.freeze([]) as readonly Uint8Array[] as Uint8Array[];

// A long queue is written in parts of this size, so that a slow peer is seen to make progress.
const WRITE_AT_LEAST = 256 * 1024;

// What a peer had on its way when it broke a rule is read, so that our close frame is not lost to a reset. One that goes
// on and on is not: each read would cost 64 KiB of memory until the next garbage collection.
const DISCARD_AT_MOST = 256 * 1024;

/**
 * Moves bytes between a socket and a `Protocol`: one write a turn of the loop, no byte read that nobody takes.
 *
 * What arrives while the owner wants nothing is kept, at most two reads of it; then the socket is paused.
 */
export class Transport implements TransportGauge, Timed, Flushable, SocketListener {
  deadlineSlot: number = 0;
  readonly #socket: Duplex;
  readonly #owner: TransportOwner;
  readonly #tally: Tally;
  // What is written to a plain TCP socket is the kernel's, and copied, once the socket holds nothing.
  readonly #copies: boolean;
  #taps: WireTaps | undefined;
  #protocol: Protocol | undefined;
  #rest: Uint8Array[] = NO_CHUNKS;
  // How much of the first of them was taken.
  #at = 0;
  #discarded = 0;
  #feeding = false;
  #flushQueued = false;
  #blocked = false;
  #writing = false;
  #ended = false;
  #closed = false;

  constructor(socket: Duplex, owner: TransportOwner, tally: Tally) {
    this.#socket = socket;
    this.#owner = owner;
    this.#tally = tally;
    this.#copies = socket instanceof Socket && !(socket instanceof TLSSocket);
  }

  /** Starts to read for `protocol`, with the bytes first that were read together with the head. */
  start(protocol: Protocol, leftover: Uint8Array): void {
    const socket = this.#socket;
    this.#protocol = protocol;
    if (leftover.length > 0) {
      this.#passed('in', leftover);
      this.#keep(leftover);
    }
    listenTo(socket, this);
    deadlines.watch(this);
    this.#proceed();
    this.flush();
  }

  get bufferedBytes(): number {
    // A socket that holds something after a write blocks this. Meanwhile taps may ask, and a stream that calls back.
    return this.#blocked || this.#writing ? this.#socket.writableLength : 0;
  }

  /** Parses what was kept, as far as the owner wants it, and reads on when nothing is left. Replies go out with this turn. */
  continue(): void {
    if (this.#protocol === undefined || this.#feeding) return;
    this.#proceed();
    if (this.#protocol.destroyRequested) this.flush();
    else this.flushSoon();
  }

  /** @param fresh what has just come, while nothing is kept */
  #proceed(fresh: Uint8Array = NO_BYTES): void {
    const protocol = this.#protocol!;
    const now = steadyNow();
    this.#feeding = true;
    try {
      if (fresh.length > 0 && this.#leaves(fresh, now)) this.#keep(fresh);
      while ((this.#rest.length > 0 || protocol.decoding === 'done') && this.#wanted()) {
        const chunk = this.#rest[0] ?? NO_BYTES;
        if (this.#leaves(chunk, now)) continue;
        if (this.#rest.length > 1) this.#rest.shift();
        else this.#rest = NO_CHUNKS;
      }
    } finally {
      this.#feeding = false;
    }
    this.#judge(protocol, now);
    if (!this.#holds()) {
      if (this.#ended) this.#finish();
      else if (this.#socket.isPaused() && this.#discarded <= DISCARD_AT_MOST) this.#socket.resume();
    }
    deadlines.watch(this);
  }

  /** Hands a chunk to the protocol and gives whether something of it is left. */
  #leaves(chunk: Uint8Array, now: number): boolean {
    const at = this.#protocol!.receive(chunk, now, this.#at);
    const left = at < chunk.length;
    this.#at = left ? at : 0;
    return left;
  }

  /** Writes at the end of this turn, or at the end of the chunk that is being parsed. */
  flushSoon(): void {
    if (this.#feeding || this.#flushQueued || this.#blocked) return;
    this.#flushQueued = true;
    flushLater(this);
  }

  /** Writes what the outbox holds, unless the socket still has bytes from before. */
  flush(): void {
    this.#flushQueued = false;
    const protocol = this.#protocol;
    if (protocol === undefined || this.#closed) return;
    const socket = this.#socket;
    if (protocol.destroyRequested) {
      socket.destroy();
      return;
    }
    if (this.#blocked || !socket.writable) return;
    this.#writing = true;
    do this.#write(protocol.outbox.take(WRITE_AT_LEAST));
    while (protocol.outbox.bytes > 0 && socket.writableLength === 0);
    this.#writing = false;
    if (socket.writableLength > 0) this.#block(protocol);
    // @rfc 6455-5.5.1-6 6455-7.1.1-1 6455-7.1.1-3 6455-7.1.2-2 6455-7.1.7-1 6455-7.1.7-2
    else if (protocol.endRequested) socket.end();
    this.#owner.flushed();
  }

  nextDeadline(): number {
    return this.#closed ? Infinity : this.#protocol!.nextDeadline();
  }

  tick(now: number): void {
    this.#protocol!.tick(now);
    this.flush();
  }

  /** Shows what passes to `listener`; gives what ends it. */
  tap(listener: WireTap): () => void {
    this.#taps ??= new WireTaps((error) => this.#owner.failed(error));
    return this.#taps.add(listener);
  }

  #wanted(): boolean {
    const protocol = this.#protocol!;
    return (this.#owner.wantsMessages && protocol.decoding !== 'working') || protocol.state !== 'open';
  }

  /** Whether something that arrived was not delivered yet. */
  #holds(): boolean {
    return this.#rest.length > 0 || this.#protocol!.decoding !== 'none';
  }

  #passed(direction: 'in' | 'out', bytes: Uint8Array): void {
    if (direction === 'in') this.#tally.bytesIn += bytes.length;
    else this.#tally.bytesOut += bytes.length;
    this.#taps?.show(direction, bytes);
  }

  received(chunk: Uint8Array): void {
    const protocol = this.#protocol!;
    this.#passed('in', chunk);
    if (this.#holds() || !this.#wanted()) {
      this.#keep(chunk);
      this.#judge(protocol, steadyNow());
      this.#socket.pause();
      return;
    }
    this.#proceed(chunk);
    this.flush();
    if (protocol.brokenRule !== undefined) this.#discard(chunk.length);
  }

  #keep(chunk: Uint8Array): void {
    // Most often it is the only one, and an array that grew by a push has room for 17.
    if (this.#rest.length === 0) this.#rest = [chunk];
    else this.#rest.push(chunk);
  }

  #discard(bytes: number): void {
    this.#discarded += bytes;
    if (this.#discarded > DISCARD_AT_MOST) this.#socket.pause();
  }

  /** The peer is not to blame for what waits here, unless it waits because the peer does not read. */
  #judge(protocol: Protocol, now: number): void {
    if (this.#rest.length > 0 && !this.#owner.congested) protocol.rests(now);
    else protocol.readsAgain(now);
  }

  #write(chunks: readonly Uint8Array[]): void {
    const socket = this.#socket;
    const several = chunks.length > 1;
    if (several) socket.cork();
    // By index: chunks come in arrays of several kinds, for which an iterator would be called each time.
    for (let i = 0; i < chunks.length; i++) socket.write(toBuffer(chunks[i]!)); // @rfc 6455-6.1-8
    if (several) socket.uncork();
    for (let i = 0; i < chunks.length; i++) this.#passed('out', chunks[i]!);
    // Not before: those who were shown a chunk may have sent something, into the memory of the next.
    if (this.#copies && socket.writableLength === 0) this.#protocol!.outbox.copied(chunks);
  }

  #block(protocol: Protocol): void {
    this.#blocked = true;
    protocol.outbox.blocked = true;
    this.#socket.write(NO_BYTES, (error) => {
      if (error || this.#closed) return;
      this.#blocked = false;
      protocol.outbox.blocked = false;
      protocol.transportDrained(steadyNow());
      this.flush();
    });
  }

  ended(): void {
    this.#ended = true;
    if (!this.#holds()) this.#finish();
  }

  closed(): void {
    this.#closed = true;
    this.#ended = true;
    deadlines.forget(this);
    this.#owner.lastBytes(this.#socket);
    const keep = this.#holds() && this.#owner.willWantMessages && !this.#protocol!.destroyRequested;
    if (keep) this.#proceed();
    else this.#finish();
  }

  #finish(): void {
    this.#protocol!.transportEnded(); // @rfc 6455-7.2.1-2
    this.#rest = NO_CHUNKS;
    deadlines.forget(this);
    this.flush();
    // A stream that may stay half open has to be told that this half is over too.
    if (!this.#closed && !this.#socket.writableEnded) this.#socket.end();
  }
}
