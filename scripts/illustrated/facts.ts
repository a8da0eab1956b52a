import { Opcode } from '../../src/codec/index.ts';
import { decodeBase64, parseRequestHead, parseResponseHead } from '../../src/handshake/index.ts';
import type { Span } from '../../src/inspect/index.ts';
import { previewText, violationOf } from '../../src/inspect/index.ts';
import type { Piece, TurnAnatomy } from './anatomy.ts';
import { type DeflateTrace, traceDeflate } from './deflate-trace.ts';
import type { End, Recording } from './recording.ts';

/** What the prose and the commands ask of the recording. */
export class Facts {
  readonly #turns: ReadonlyMap<string, TurnAnatomy>;
  readonly #recording: Recording;
  readonly #traces = new Map<Piece, DeflateTrace>();

  constructor(recording: Recording, turns: readonly TurnAnatomy[]) {
    this.#recording = recording;
    this.#turns = new Map(turns.map((turn) => [turn.id, turn]));
    for (const { name } of recording) this.#traceMessages(turns.filter(({ connection }) => connection === name));
  }

  /** @throws Error for a turn that was not recorded */
  turn(id: string): TurnAnatomy {
    const turn = this.#turns.get(id);
    if (turn === undefined) throw new Error(`nothing was recorded under the name ${id}`);
    return turn;
  }

  /** A head or a frame: `hello`, or `fragments/2` where there are several in a turn. */
  piece(place: string): Piece {
    const [id = '', number = '1'] = place.split('/');
    const piece = this.turn(id).pieces[Number(number) - 1];
    if (piece === undefined) throw new Error(`there is no piece ${place}`);
    return piece;
  }

  /** The first span of this field. */
  span(place: string, field: string): Span {
    const span = this.piece(place).part.spans.find((candidate) => candidate.field === field);
    if (span === undefined) throw new Error(`${place} has no ${field}`);
    return span;
  }

  /** The bytes under a span of whole bytes. */
  bytes(place: string, field: string): Uint8Array {
    const { part, bytes } = this.piece(place);
    const { offset, bits } = this.span(place, field);
    const start = offset / 8 - part.offset;
    return bytes.subarray(start, start + bits / 8);
  }

  /** The payload as it was before it was masked. */
  payload(place: string): Uint8Array {
    const { payload } = this.piece(place).part;
    if (payload === undefined) throw new Error(`${place} has no payload`);
    return payload;
  }

  /** The payload as it is on the wire. */
  wirePayload(place: string): Uint8Array {
    const { bytes } = this.piece(place);
    return bytes.subarray(bytes.length - this.payload(place).length);
  }

  /** The payload as quoted text. */
  text(place: string): string {
    return previewText(this.payload(place));
  }

  /** Of a head. */
  header(place: string, name: string): string {
    const { bytes, part } = this.piece(place);
    const { headers } = part.kind === 'request' ? parseRequestHead(bytes) : parseResponseHead(bytes);
    const value = headers.get(name.toLowerCase());
    if (value === undefined) throw new Error(`${place} has no field ${name}`);
    return value;
  }

  /** How many random bytes the key of a request stands for. */
  keyLength(place: string): number {
    return decodeBase64(this.header(place, 'Sec-WebSocket-Key'))?.length ?? 0;
  }

  /** The last good byte and the first bad one of a payload that breaks a rule, before masking. */
  offence(place: string): Uint8Array {
    const { part, bytes } = this.piece(place);
    const bad = part.spans.find(({ violation }) => violation !== undefined);
    if (bad === undefined) throw new Error(`${place} breaks no rule`);
    const payload = this.payload(place);
    const at = bad.offset / 8 - part.offset - (bytes.length - payload.length);
    return payload.subarray(at - 1, at + 1);
  }

  /** How the compressed message in this frame reads. */
  trace(piece: Piece): DeflateTrace | undefined {
    return this.#traces.get(piece);
  }

  /** The plain bytes of a compressed message. */
  plain(place: string): Uint8Array {
    const trace = this.#traces.get(this.piece(place));
    if (trace === undefined) throw new Error(`${place} is not compressed`);
    return trace.plain;
  }

  /** Which end of a connection ended TCP first. */
  endedBy(name: string): End {
    const connection = this.#recording.find((candidate) => candidate.name === name);
    if (connection === undefined) throw new Error(`there is no connection ${name}`);
    return connection.endedBy;
  }

  #traceMessages(turns: readonly TurnAnatomy[]): void {
    for (const end of ['client', 'server'] as const) {
      const pieces = turns.filter(({ from }) => from === end).flatMap((turn) => turn.pieces);
      let before: Uint8Array = new Uint8Array(0);
      for (const piece of pieces.filter(isCompressed)) {
        const trace = traceDeflate(piece.part.payload ?? new Uint8Array(0), before);
        this.#traces.set(piece, trace);
        before = Buffer.concat([before, trace.plain]);
      }
    }
  }
}

function isCompressed({ part }: Piece): boolean {
  return violationOf(part) === undefined && part.spans.some(({ field }) => field === 'compressed data');
}

/** What the first byte of a frame says it is: a class of colours for its payload. */
export function isControl({ bytes, part }: Piece): boolean {
  return part.kind === 'frame' && ((bytes[0] ?? 0) & 0x0f) >= Opcode.CLOSE;
}
