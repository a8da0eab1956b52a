import { copyBytes, Opcode } from '../codec/index.ts';
import {
  type DeflateAgreement,
  type RequestHead,
  RequestHeadReader,
  type ResponseHead,
  ResponseHeadReader,
  type SentOffer,
} from '../handshake/index.ts';
import { inspect, previewAscii } from '../inspect/index.ts';
import { deflateOf, offerOf, termsOf } from './agreement.ts';
import type { End, LaneFrame, NewEntry } from './entry.ts';
import { HeadTaker, type TakenHead } from './head-taker.ts';
import { Lane, type LaneCounts } from './lane.ts';
import { INSPECTOR_LIMITS } from './limits.ts';
import { PingTimes } from './ping-times.ts';

/** What the answer of the target is: not there yet, HTTP, or nothing that HTTP begins with. */
export type Answer = 'awaited' | 'http' | 'not-http';

const NO_COUNTS: LaneCounts = { bytes: 0, frames: 0, messages: 0, violations: 0 };

/**
 * One connection as an onlooker sees it: the bytes of both ends from the first on, made into entries. It has no socket and no
 * clock, so a recording is read by it as the live wire is.
 */
export class Conversation {
  readonly id: number;
  readonly #tell: (entry: NewEntry) => void;
  readonly #request = new HeadTaker<RequestHead>(new RequestHeadReader());
  #response = new HeadTaker<ResponseHead>(new ResponseHeadReader());
  readonly #pings: Readonly<Record<End, PingTimes>> = { client: new PingTimes(), server: new PingTimes() };
  readonly #lanes: { client: Lane | undefined; server: Lane | undefined } = { client: undefined, server: undefined };
  readonly #opaque = new Set<End>();
  readonly #headBytes: Record<End, number> = { client: 0, server: 0 };
  readonly #changes: readonly string[];
  #offer: SentOffer | undefined;
  #deflate: DeflateAgreement | undefined;
  #answer: Answer = 'awaited';
  #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #atMs = 0;

  /** @param changes what is changed in the request before it is passed on */
  constructor(id: number, tell: (entry: NewEntry) => void, changes: readonly string[] = []) {
    this.id = id;
    this.#tell = tell;
    this.#changes = changes;
  }

  get answer(): Answer {
    return this.#answer;
  }

  /** What one end has sent so far behind its head. */
  counts(from: End): Readonly<LaneCounts> & { readonly missing: number } {
    const lane = this.#lanes[from];
    return { ...(lane?.counts ?? NO_COUNTS), missing: lane?.missing ?? 0 };
  }

  /** The connection began. */
  open(client: string, atMs: number): void {
    this.#tell({ kind: 'open', connection: this.id, atMs, client });
  }

  /** Takes what one end sent, as it sent it; the bytes are copied as far as they are kept. */
  bytes(from: End, chunk: Uint8Array, atMs: number): void {
    this.#atMs = atMs;
    if (this.#opaque.has(from)) return;
    const lane = this.#lanes[from];
    if (lane !== undefined) this.#push(from, lane, chunk);
    else if (from === 'server') this.#takeResponse(chunk);
    else if (this.#offer === undefined) this.#takeRequest(chunk);
    else this.#holdEarly(chunk);
  }

  /** The connection ended; `note` says how. */
  end(note: string, failed: boolean, atMs: number): void {
    this.#atMs = atMs;
    for (const from of ['client', 'server'] as const) this.#lanes[from]?.end();
    this.#tell({ kind: 'end', connection: this.id, atMs, note, failed });
  }

  #takeRequest(chunk: Uint8Array): void {
    const taken = this.#request.push(chunk);
    if (taken.state === 'incomplete') return;
    this.#showHead('client', taken);
    if (taken.state === 'broken') {
      this.#turnOpaque('client', 'the request breaks a rule, so nobody knows what follows');
      return;
    }
    this.#offer = offerOf(taken.head);
    if (taken.rest.length > 0) this.#holdEarly(taken.rest);
  }

  #takeResponse(chunk: Uint8Array): void {
    const taken = this.#response.push(chunk);
    if (taken.state === 'incomplete') return;
    this.#answer = startsLikeHttp(taken.wire) ? 'http' : 'not-http';
    if (taken.state === 'complete' && isInterim(taken.head)) {
      // RFC 9110 §15.2: any number of these may come before the answer.
      this.#showHead('server', taken);
      this.#response = new HeadTaker(new ResponseHeadReader());
      if (taken.rest.length > 0) this.#takeResponse(taken.rest);
      return;
    }
    this.#showHead('server', taken);
    if (taken.state === 'broken') {
      this.#turnOpaque('server', 'the answer breaks a rule, so nobody knows what follows');
      return;
    }
    const { head, rest } = taken;
    const opens = head.status === 101 && head.headers.get('upgrade')?.toLowerCase() === 'websocket';
    if (!opens) {
      const status = `${head.status} ${head.reason}`.trim();
      this.#turnOpaque('client', `nothing is read here: the answer was ${status}`);
      this.#turnOpaque('server', `no WebSocket was opened: the answer is ${status}, and its body is passed on unread`);
      return;
    }
    if (this.#offer !== undefined) this.#deflate = deflateOf(this.#offer, head);
    for (const from of ['client', 'server'] as const) this.#lanes[from] = this.#createLane(from);
    for (const early of this.#early) this.bytes('client', early, this.#atMs);
    this.#early = [];
    if (rest.length > 0) this.bytes('server', rest, this.#atMs);
  }

  #createLane(from: End): Lane {
    const terms = this.#deflate === undefined ? undefined : termsOf(this.#deflate, from);
    return new Lane(from, this.#headBytes[from], terms, (frame, control) => this.#frame(from, frame, control));
  }

  #push(from: End, lane: Lane, chunk: Uint8Array): void {
    lane.push(chunk);
    if (!lane.lost) return;
    this.#turnOpaque(from, 'the length of the last frame is impossible, so nobody can tell where the next one begins');
  }

  #frame(from: End, frame: LaneFrame, control: Uint8Array | undefined): void {
    const { opcode } = frame.header;
    let rttMs: number | undefined;
    let { note } = frame;
    if (opcode === Opcode.PING && control !== undefined) this.#pings[from].ping(control, this.#atMs);
    if (opcode === Opcode.PONG && control !== undefined) {
      rttMs = this.#pings[from === 'client' ? 'server' : 'client'].pong(control, this.#atMs);
      if (rttMs === undefined && note === '') note = 'answers no ping that was seen here; nobody has to answer it';
    }
    const { id: connection } = this;
    const deflate = this.#deflate !== undefined;
    this.#tell({ ...frame, kind: 'frame', connection, atMs: this.#atMs, from, deflate, rttMs, note });
  }

  #showHead(from: End, taken: Exclude<TakenHead<unknown>, { state: 'incomplete' }>): void {
    const { wire } = taken;
    this.#headBytes[from] += wire.length;
    const role = from === 'client' ? 'server' : 'client';
    const interim = taken.state === 'complete' && from === 'server' && isInterim(taken.head as ResponseHead);
    const { violation } = interim
      ? { violation: undefined }
      : inspect(wire, { role, start: 'head', offer: this.#offer });
    this.#tell({
      kind: 'head',
      connection: this.id,
      atMs: this.#atMs,
      from,
      wire: copyBytes(wire, 0, Math.min(wire.length, MOST_HEAD_BYTES)),
      title: firstLine(wire),
      key: this.#offer?.key ?? '',
      changes: from === 'client' ? this.#changes : [],
      violation,
    });
  }

  #holdEarly(chunk: Uint8Array): void {
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > INSPECTOR_LIMITS.earlyBytes) {
      this.#early = [];
      this.#turnOpaque('client', 'too much was sent before the answer to look at it');
    } else this.#early.push(copyBytes(chunk, 0, chunk.length));
  }

  #turnOpaque(from: End, note: string): void {
    if (this.#opaque.has(from)) return;
    this.#opaque.add(from);
    this.#tell({ kind: 'opaque', connection: this.id, atMs: this.#atMs, from, note });
  }
}

// The limit of the reader, and what came with the byte that exceeded it.
const MOST_HEAD_BYTES = 17 * 1024;

function firstLine(wire: Uint8Array): string {
  const end = wire.indexOf(0x0d);
  return previewAscii(end < 0 ? wire : wire.subarray(0, end), 120);
}

function isInterim({ status }: ResponseHead): boolean {
  return status < 200 && status !== 101;
}

/** Whether an answer begins as every answer of HTTP/1 does. */
function startsLikeHttp(wire: Uint8Array): boolean {
  return String.fromCharCode(...wire.subarray(0, 7)) === 'HTTP/1.';
}
