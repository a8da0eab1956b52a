/** So many bytes of replies are built beforehand at most, or one reply. */
const PREBUILT_BYTES = 256 * 1024;

/** What a connection of the null server is answered: so many bytes for every so many. */
export class Replies {
  readonly #inBytes: number;
  readonly #outBytes: number;
  readonly #prebuilt: Buffer;
  #taken = 0;

  private constructor(inBytes: number, outBytes: number, head: Buffer) {
    this.#inBytes = inBytes;
    this.#outBytes = outBytes;
    const reply = Buffer.alloc(outBytes, 'x');
    head.copy(reply);
    this.#prebuilt = Buffer.alloc(outBytes * Math.max(1, Math.floor(PREBUILT_BYTES / outBytes)), reply);
  }

  /** What a request's target asks for; undefined when it asks for nothing that can be. */
  static from(target: string): Replies | undefined {
    const { pathname, searchParams } = new URL(target, 'ws://null');
    const inBytes = Number(searchParams.get('in'));
    const outBytes = Number(searchParams.get('out'));
    const head = Buffer.from(searchParams.get('head') ?? '', 'hex');
    if (pathname !== '/echo' && pathname !== '/fanout') return undefined;
    if (!(Number.isSafeInteger(inBytes) && inBytes > 0)) return undefined;
    if (!(Number.isSafeInteger(outBytes) && outBytes > 0 && outBytes <= 2 ** 30)) return undefined;
    return new Replies(inBytes, outBytes, head);
  }

  /** So many bytes came: gives all that is to be written for them, or undefined for nothing. */
  take(bytes: number): Buffer | undefined {
    this.#taken += bytes;
    if (this.#taken < this.#inBytes) return undefined;
    const count = Math.floor(this.#taken / this.#inBytes);
    this.#taken -= count * this.#inBytes;
    const length = count * this.#outBytes;
    if (length <= this.#prebuilt.length) return this.#prebuilt.subarray(0, length);
    return Buffer.alloc(length, this.#prebuilt);
  }
}
