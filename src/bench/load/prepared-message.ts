import { randomInt } from 'node:crypto';
import type { LoadConfig } from '../config.ts';
import { compressPattern } from './compressed-payload.ts';
import type { LoadConnection } from './connection.ts';
import { type Pattern, Patterns } from './pattern.ts';
import { PreparedFrame } from './prepared-frame.ts';

/** What a connection sends again and again, and what is to come back. */
export interface PreparedMessage {
  readonly pattern: Pattern;
  /** The frame of the first message. */
  readonly first: PreparedFrame;
  /** The frame of all others: another one where compression refers to the message before. */
  readonly next: PreparedFrame;
}

/** Above so many bytes connections that send the same share the frame, mask key included. */
const SHARED_ABOVE_BYTES = 4 * 1024;

const RSV1 = 4;

/** Prepares the messages of all connections of a generator. */
export class MessageShop {
  readonly #patterns: Patterns;
  /** By what was agreed on about compression. */
  readonly #shared = new Map<string, PreparedMessage>();

  /** @throws TypeError as {@link Patterns} does, and for a file that cannot be read */
  constructor(config: LoadConfig) {
    this.#patterns = new Patterns(config);
  }

  /** How many bytes the frame of a plain message takes at most. */
  get frameBytes(): number {
    return this.#patterns.of(0).bytes.length + 14;
  }

  /** @param client the number of the connection over all workers */
  prepare(client: number, { agreement }: LoadConnection): PreparedMessage {
    const pattern = this.#patterns.of(client);
    // Compressing takes much longer than a connection takes to open, so it is done once where it can be.
    const isShared = this.#patterns.shared && (pattern.bytes.length > SHARED_ABOVE_BYTES || agreement !== undefined);
    const key = JSON.stringify(agreement ?? null);
    const known = isShared ? this.#shared.get(key) : undefined;
    if (known !== undefined) return known;
    const message = prepareMessage(pattern, agreement);
    if (isShared) this.#shared.set(key, message);
    return message;
  }
}

function prepareMessage(pattern: Pattern, agreement: LoadConnection['agreement']): PreparedMessage {
  const { opcode, bytes, at, width } = pattern;
  const maskKey = randomInt(2 ** 32);
  if (agreement === undefined) {
    const frame = new PreparedFrame({ opcode, payload: bytes, at, width, maskKey });
    return { pattern, first: frame, next: frame };
  }
  const compressed = (follows: boolean): PreparedFrame => {
    const { payload, at: numberAt } = compressPattern(pattern, agreement, follows);
    return new PreparedFrame({ opcode, rsv: RSV1, payload, at: numberAt, width, maskKey });
  };
  const first = compressed(false);
  return { pattern, first, next: agreement.clientNoContextTakeover ? first : compressed(true) };
}
