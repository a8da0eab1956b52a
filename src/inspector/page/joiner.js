const MOST_KEPT = 256 * 1024;
const MOST_PLAIN = 1024 * 1024;
const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);
const FINAL_BLOCK = Uint8Array.of(3, 0);

/** @typedef {import('./types.ts').ShownMessage} ShownMessage */

/**
 * Joins the frames of one direction into messages as they are decoded here, and inflates a compressed one when it is asked
 * for. Compressed messages are one DEFLATE stream cut into pieces (RFC 7692 §7.2), so the pieces before it go first.
 */
export class Joiner {
  /** @type {Uint8Array[]} */
  #pieces = [];
  #bytes = 0;
  #frames = 0;
  #opcode = 0;
  #compressed = false;
  #deflate;
  /** @type {Uint8Array[]} */
  #compressedBefore = [];
  #compressedBytes = 0;

  /** @param {boolean} deflate whether permessage-deflate was agreed on */
  constructor(deflate) {
    this.#deflate = deflate;
  }

  /**
   * Takes the next frame; gives what shows the message that ends with it, where that says more than its only frame.
   *
   * @param {{ readonly opcode: number, readonly fin: boolean, readonly rsv: number }} header
   * @param {Uint8Array} payload
   * @returns {(() => Promise<ShownMessage>) | undefined}
   */
  add({ opcode, fin, rsv }, payload) {
    if (opcode >= 8) return undefined;
    if (opcode !== 0) {
      this.#opcode = opcode;
      this.#compressed = this.#deflate && (rsv & 4) !== 0;
      this.#pieces = [];
      this.#bytes = 0;
      this.#frames = 0;
    }
    if (this.#bytes < MOST_KEPT) this.#pieces.push(payload.slice(0, MOST_KEPT - this.#bytes));
    this.#bytes += payload.length;
    this.#frames++;
    if (!fin) return undefined;
    return this.#finish();
  }

  #finish() {
    const whole = joined(this.#pieces);
    const base = { opcode: this.#opcode, frames: this.#frames, bytes: this.#bytes };
    if (!this.#compressed) {
      if (this.#frames === 1) return undefined;
      return () => Promise.resolve({ ...base, start: whole.slice(0, 4096), deflate: null });
    }
    this.#compressedBytes += whole.length;
    this.#compressedBefore.push(whole);
    const stream = this.#compressedBefore.slice();
    const isWhole = this.#bytes === whole.length && this.#compressedBytes <= 4 * MOST_KEPT;
    return async () => {
      const before = whole.slice(0, 4096);
      const plain = isWhole ? await inflateLast(stream) : undefined;
      if (plain !== undefined)
        return { ...base, start: plain.slice(0, 4096), deflate: { before, plainBytes: plain.length, note: '' } };
      const note = isWhole
        ? 'it is no DEFLATE data, or refers to messages that are not among these bytes'
        : 'the compressed messages up to here are too long to be inflated in the page';
      return { ...base, start: new Uint8Array(0), deflate: { before, plainBytes: null, note } };
    };
  }
}

/**
 * What the last of these compressed messages says; undefined when they cannot be inflated.
 *
 * @param {readonly Uint8Array[]} messages
 */
async function inflateLast(messages) {
  const all = await inflate(messages);
  const before = await inflate(messages.slice(0, -1));
  return all === undefined || before === undefined ? undefined : all.slice(before.length);
}

/** @param {readonly Uint8Array[]} messages */
async function inflate(messages) {
  const stream = joined([...messages.flatMap((message) => [message, TAIL]), FINAL_BLOCK]);
  const source = new Blob([new Uint8Array(stream)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = source.getReader();
  /** @type {Uint8Array[]} */
  const pieces = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joined(pieces);
      pieces.push(value);
      length += value.length;
      if (length > 16 * MOST_PLAIN) {
        await reader.cancel();
        return undefined;
      }
    }
  } catch {
    return undefined;
  }
}

/** @param {readonly Uint8Array[]} pieces */
function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
