import { decodeHeader } from '../codec/index.ts';
import { parseExtensions, parseRequestHead, parseTokenList, type SentOffer } from '../handshake/index.ts';
import { FrameInspector, type InspectedPart, inspect } from '../inspect/index.ts';

/** Which way bytes went, seen from here. */
export type Direction = 'in' | 'out';

/** Who is shown each head and each frame. `bytes` are those of the part, and the part's offsets are from their start. */
export type ShowWire = (direction: Direction, part: InspectedPart, bytes: Uint8Array, number: number) => void;

/** Makes whole frames of the bytes of one connection, however they are cut, and explains them. */
export class WireLog {
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  readonly #role: 'server' | 'client';
  readonly #show: ShowWire;
  #offer: SentOffer | undefined;

  /**
   * @param role which end this is
   * @param maxBytes the longest frame whose payload is waited for
   */
  constructor(role: 'server' | 'client', maxBytes: number, show: ShowWire) {
    const other = role === 'server' ? 'client' : 'server';
    this.#lanes = {
      in: new Lane(role, maxBytes, (part, bytes, number) => show('in', part, bytes, number)),
      out: new Lane(other, maxBytes, (part, bytes, number) => show('out', part, bytes, number)),
    };
    this.#role = role;
    this.#show = show;
  }

  /** The head that opened the connection, or was to. */
  head(direction: Direction, bytes: Uint8Array): void {
    const role = direction === 'in' ? this.#role : this.#role === 'client' ? 'server' : 'client';
    if (role === 'server') this.#offer = offerOf(bytes);
    const [part] = inspect(bytes, { role, start: 'head', offer: this.#offer }).parts;
    if (part !== undefined) this.#show(direction, part, bytes, 0);
  }

  /** From here on a frame may be compressed. */
  agreeOnDeflate(): void {
    this.#lanes.in.deflate = true;
    this.#lanes.out.deflate = true;
  }

  /** Bytes of frames, which are copied. */
  push(direction: Direction, bytes: Uint8Array): void {
    this.#lanes[direction].push(bytes);
  }

  /** Nothing comes any more: shows what was cut off. */
  end(): void {
    this.#lanes.out.end();
    this.#lanes.in.end();
  }
}

/** What a request of our own says that its answer must fit. */
function offerOf(request: Uint8Array): SentOffer {
  const { headers } = parseRequestHead(request);
  const protocols = headers.get('sec-websocket-protocol');
  const extensions = headers.get('sec-websocket-extensions');
  return {
    key: headers.get('sec-websocket-key') ?? '',
    protocols: protocols === undefined ? [] : parseTokenList(protocols),
    extensions: extensions === undefined ? [] : parseExtensions(extensions),
  };
}

class Lane {
  deflate = false;
  readonly #receiver: 'server' | 'client';
  readonly #maxBytes: number;
  readonly #show: (part: InspectedPart, bytes: Uint8Array, number: number) => void;
  #inspector: FrameInspector | undefined;
  #chunks: Uint8Array[] = [];
  #held = 0;
  #needed = 2;
  #number = 0;
  #over = false;

  constructor(
    receiver: 'server' | 'client',
    maxBytes: number,
    show: (part: InspectedPart, bytes: Uint8Array, number: number) => void,
  ) {
    this.#receiver = receiver;
    this.#maxBytes = maxBytes;
    this.#show = show;
  }

  push(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#keep(bytes.slice());
    while (!this.#over && this.#held >= this.#needed) this.#take();
  }

  end(): void {
    if (this.#held > 0 && !this.#over) this.#explain(this.#joined());
    this.#over = true;
  }

  #take(): void {
    const all = this.#joined();
    const header = decodeHeader(all);
    const size = header === undefined ? all.length + 1 : header.size + header.length;
    if (header !== undefined && header.length > this.#maxBytes) {
      this.#explain(all.subarray(0, header.size));
      this.#over = true;
    } else if (size > all.length) {
      this.#keep(all);
      this.#needed = size;
    } else {
      const rest = all.subarray(this.#explain(all));
      this.#needed = 2;
      // Behind a length that breaks a rule nobody can tell where the next frame begins.
      if (rest.length > 0) this.#keep(rest);
    }
  }

  #explain(bytes: Uint8Array): number {
    this.#inspector ??= new FrameInspector({ role: this.#receiver, deflate: this.deflate });
    const part = this.#inspector.inspect(bytes, 0);
    this.#show(part, bytes.subarray(0, part.bytes), ++this.#number);
    // Whoever breaks rules on purpose goes on behind them; a receiver does not.
    if (this.#inspector.end !== undefined) this.#inspector = undefined;
    return part.bytes;
  }

  #keep(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#held += bytes.length;
  }

  #joined(): Uint8Array {
    const [only = new Uint8Array(0), ...more] = this.#chunks;
    const all = more.length === 0 ? only : new Uint8Array(Buffer.concat(this.#chunks));
    this.#chunks = [];
    this.#held = 0;
    return all;
  }
}
