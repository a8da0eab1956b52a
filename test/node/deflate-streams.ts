import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib';

const TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff);

/** A peer's compressor as other implementations have one: a single zlib stream for all messages of a connection. */
export class StreamingDeflate {
  readonly #stream: DeflateRaw;
  readonly #takesOver: boolean;

  constructor(windowBits: number, takesOver: boolean = true) {
    this.#stream = createDeflateRaw({ windowBits });
    this.#takesOver = takesOver;
  }

  async message(plain: Uint8Array): Promise<Buffer> {
    const output = await piped(this.#stream, plain, constants.Z_SYNC_FLUSH);
    if (!this.#takesOver) this.#stream.reset();
    return output.subarray(0, -TAIL.length);
  }

  close(): void {
    this.#stream.close();
  }
}

/** A peer's decompressor: a single zlib stream with exactly the agreed window. */
export class StreamingInflate {
  readonly #stream: InflateRaw;
  readonly #takesOver: boolean;

  constructor(windowBits: number, takesOver: boolean = true) {
    // Small output chunks make zlib look back into its window rather than into what it has just written.
    this.#stream = createInflateRaw({ windowBits, chunkSize: 64 });
    this.#takesOver = takesOver;
  }

  async message(compressed: Uint8Array): Promise<Buffer> {
    const plain = await piped(this.#stream, Buffer.concat([compressed, TAIL]), constants.Z_SYNC_FLUSH);
    if (!this.#takesOver) this.#stream.reset();
    return plain;
  }

  close(): void {
    this.#stream.close();
  }
}

async function piped(stream: DeflateRaw | InflateRaw, input: Uint8Array, flush: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const collect = (piece: Buffer): number => pieces.push(piece);
  stream.on('data', collect);
  await new Promise<void>((resolve, reject) => {
    stream.once('error', reject);
    stream.write(input);
    stream.flush(flush, () => {
      stream.off('error', reject);
      resolve();
    });
  });
  stream.off('data', collect);
  return Buffer.concat(pieces);
}

/** JSON as applications send it, a different piece for each seed, this many bytes long. */
export function jsonOf(bytes: number, seed: number = 0): Buffer {
  let text = '';
  for (let i = seed * 1009; text.length < bytes; i++) {
    const at = (i * 48_271) % 65_521;
    text += `{"id":${i},"user":"user${at % 97}","text":"message ${at} of ${i % 13}","at":${1_700_000_000 + at}},`;
  }
  return Buffer.from(text.slice(0, bytes));
}
