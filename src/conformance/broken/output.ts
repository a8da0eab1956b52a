import { hex, join, uint16, utf8 } from '../bytes.ts';
import { Compressor } from '../deflate.ts';
import { close, continuation, type Frame, frame, frameBytes, OPCODE, ping, pong } from '../frame.ts';
import type { Terms } from './deflate-terms.ts';
import type { InputMessage } from './message-input.ts';
import type { Broken } from './switches.ts';

const KEY = hex('a1b2c3d4');
const RSV1 = 4;

/** The bytes of what the server sends. */
export class Output {
  readonly #broken: Broken;
  readonly #compressor: Compressor | undefined;

  constructor(broken: Broken, terms: Terms | undefined) {
    this.#broken = broken;
    this.#compressor = terms && new Compressor(terms.server);
  }

  /** The messages that one read brought, as they go back. */
  echoes(messages: readonly InputMessage[]): Uint8Array {
    const broken = this.#broken;
    const ordered = broken.has('order') ? [...messages].reverse() : messages;
    const kept = broken.has('empty-dropped') ? ordered.filter(({ payload }) => payload.length > 0) : ordered;
    return join(...(broken.has('twice') ? kept.flatMap((one) => [one, one]) : kept).map((one) => this.#echo(one)));
  }

  #echo({ opcode, payload }: InputMessage): Uint8Array {
    const broken = this.#broken;
    const cut = broken.has('payload-cut') ? payload.subarray(0, 125) : payload;
    const recoded =
      opcode === OPCODE.TEXT && broken.has('payload-recoded')
        ? Buffer.from(Buffer.from(cut).toString('utf8'), 'latin1')
        : cut;
    const sent = this.#compressor === undefined ? recoded : this.#compressor.compress(recoded);
    const marks = (this.#compressor !== undefined && !broken.has('deflate-rsv1-missing')) || broken.has('rsv-sent');
    const first = frame(this.#opcodeOf(opcode), sent, { rsv: marks ? RSV1 : 0, fin: !broken.has('never-final') });
    if (!broken.has('continuation-opcode') && !broken.has('deflate-rsv1-everywhere')) return this.#bytes(first);
    const half = sent.length >> 1;
    const second = broken.has('continuation-opcode')
      ? frame(opcode, sent.subarray(half))
      : continuation(sent.subarray(half), { rsv: marks ? RSV1 : 0 });
    return join(this.#bytes({ ...first, payload: sent.subarray(0, half), fin: false }), this.#bytes(second));
  }

  #opcodeOf(opcode: number): number {
    if (this.#broken.has('opcode-reserved')) return 3;
    if (opcode === OPCODE.TEXT && this.#broken.has('opcode-binary')) return OPCODE.BINARY;
    return opcode === OPCODE.BINARY && this.#broken.has('opcode-text') ? OPCODE.TEXT : opcode;
  }

  /** The answer to a ping. */
  pong(payload: Uint8Array): Uint8Array {
    const broken = this.#broken;
    const fin = !broken.has('control-fragmented-sent');
    if (broken.has('ping-for-ping')) return this.#bytes(ping(payload));
    if (broken.has('pong-empty')) return this.#bytes(pong('', { fin }));
    return this.#bytes(pong(broken.has('pong-changed') ? payload.map((byte) => byte ^ 1) : payload, { fin }));
  }

  /** The answer to a close frame, or the first one of a connection that fails. */
  close(code: number | undefined, reason: Uint8Array): Uint8Array {
    const bytes = this.#bytes(this.#closeFrame(code, reason));
    return this.#broken.has('close-twice') ? join(bytes, bytes) : bytes;
  }

  #closeFrame(code: number | undefined, reason: Uint8Array): Frame {
    const broken = this.#broken;
    if (broken.has('close-code-other')) return close(1001);
    if (broken.has('close-code-reserved')) return close(1005);
    if (broken.has('close-one-byte')) return frame(OPCODE.CLOSE, hex('03'));
    if (broken.has('close-reason')) return close(1000, hex('ff'));
    if (broken.has('close-code-dropped')) return frame(OPCODE.CLOSE, reason.length > 0 ? reason : utf8('closed'));
    return code === undefined ? close() : frame(OPCODE.CLOSE, join(uint16(code), reason));
  }

  #bytes(described: Frame): Uint8Array {
    const mask = this.#broken.has('masked') ? 'wrong' : 'right';
    const lengthForm = this.#broken.has('length-long') ? 64 : 'shortest';
    return frameBytes({ ...described, mask, lengthForm }, false, KEY);
  }
}
