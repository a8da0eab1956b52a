import { HandshakeError } from '../handshake/index.ts';

/** What reads a head piece by piece: the readers of the handshake do. */
export interface HeadReader<Head> {
  readonly head: Head | undefined;
  readonly bytes: Uint8Array;
  push(chunk: Uint8Array): number;
}

/** What came of the bytes of a head so far. */
export type TakenHead<Head> =
  | { readonly state: 'incomplete' }
  /** `rest` is what follows the head. */
  | { readonly state: 'complete'; readonly head: Head; readonly wire: Uint8Array; readonly rest: Uint8Array }
  /** It breaks a rule; `wire` is all that came, the offending byte and what follows included. */
  | { readonly state: 'broken'; readonly error: HandshakeError; readonly wire: Uint8Array };

/** Collects a head from a stream and tells what became of it; a head that breaks a rule is an answer too, and nothing is thrown. */
export class HeadTaker<Head> {
  readonly #reader: HeadReader<Head>;

  constructor(reader: HeadReader<Head>) {
    this.#reader = reader;
  }

  /** The bytes so far, while the head is incomplete; a copy. */
  get bytes(): Uint8Array {
    return this.#reader.bytes.slice();
  }

  push(chunk: Uint8Array): TakenHead<Head> {
    const before = this.#reader.bytes.length;
    try {
      const taken = this.#reader.push(chunk);
      const { head } = this.#reader;
      if (head === undefined) return { state: 'incomplete' };
      return { state: 'complete', head, wire: this.bytes, rest: chunk.subarray(taken) };
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      const wire = new Uint8Array(before + chunk.length);
      wire.set(this.#reader.bytes.subarray(0, before));
      wire.set(chunk, before);
      return { state: 'broken', error, wire };
    }
  }
}
