import type { ReservedBits } from '../codec/index.ts';
import {
  type DeflateAgreement,
  type ExtensionOffer,
  formatExtensions,
  negotiateDeflate,
  offerDeflate,
} from '../handshake/index.ts';
import type { EncodedMessage, Extension, ExtensionMessage, MemoryBudget } from '../protocol/index.ts';
import {
  type Compression,
  deflateMessage,
  deflateMessageAside,
  inflateMessage,
  inflateMessageAside,
} from './deflate-message.ts';
import type { DeflateSettings } from './deflate-options.ts';
import { SlidingWindow } from './sliding-window.ts';
import { zlibQueue } from './zlib-queue.ts';

const RSV1 = 4;
const COMPRESSED: ReservedBits = { start: RSV1, continuation: 0, control: 0 }; // @rfc 7692-6.1-3 7692-6.1-4

// Up to here zlib holds the loop for a millisecond; in a thread of its own a message takes twice as long in all.
const ASIDE_ABOVE_BYTES = 128 * 1024;
// Text becomes three to five times as long. What becomes more than that is inflated fast, since most of it are repetitions.
const INFLATED_ASIDE_ABOVE_BYTES = 64 * 1024;

/** What both ends agreed on about compression. */
export interface DeflateAnswer {
  /** The element of Sec-WebSocket-Extensions that says it. */
  readonly response: ExtensionOffer;
  readonly agreement: DeflateAgreement;
}

/**
 * What a server answers to the offers of a client, or `undefined` when it declines them all: the first one counts that
 * is valid and whose windows fit the budget (RFC 7692 §5.1). A client that cannot be held to our window is asked not to
 * refer to earlier messages, so that no connection keeps more than two windows of `windowBits`.
 */
export function answerDeflate(
  offers: readonly ExtensionOffer[],
  { wish, budget }: DeflateSettings,
): DeflateAnswer | undefined {
  for (const offer of offers) {
    let answer = negotiateDeflate([offer], wish);
    if (answer !== undefined && answer.agreement.clientMaxWindowBits > wish.clientMaxWindowBits) {
      answer = negotiateDeflate([offer], { ...wish, clientNoContextTakeover: true });
    }
    if (answer !== undefined && budget.used + windowBytes(answer.agreement) <= budget.limit) return answer;
  }
  return undefined;
}

/** What a client offers; nothing when the windows that it may lead to do not fit the budget. */
export function offersOf(settings: DeflateSettings | undefined): readonly ExtensionOffer[] {
  if (settings === undefined || windowBytes(settings.wish) > settings.budget.limit) return [];
  return [offerDeflate(settings.wish)];
}

/** What the windows of one connection take at most, in bytes. */
export function windowBytes(agreement: DeflateAgreement): number {
  const server = agreement.serverNoContextTakeover ? 0 : 2 ** agreement.serverMaxWindowBits;
  const client = agreement.clientNoContextTakeover ? 0 : 2 ** agreement.clientMaxWindowBits;
  return server + client;
}

/**
 * permessage-deflate on one connection (RFC 7692): each message through zlib in one call, from the window that this keeps
 * as plain bytes. No zlib state outlives a message.
 */
export class PermessageDeflate implements Extension {
  readonly name = 'permessage-deflate';
  readonly reservedBits: ReservedBits = COMPRESSED;
  readonly shareKey: string | undefined;
  readonly #threshold: number;
  readonly #compression: Compression;
  readonly #inflateBits: number;
  readonly #sent: SlidingWindow | undefined;
  readonly #received: SlidingWindow | undefined;
  readonly #budget: MemoryBudget;
  #taken: number;
  #closed = false;

  /** Takes its windows from the budget until it is closed. */
  constructor(role: 'server' | 'client', agreement: DeflateAgreement, settings: DeflateSettings) {
    const server = { bits: agreement.serverMaxWindowBits, fresh: agreement.serverNoContextTakeover };
    const client = { bits: agreement.clientMaxWindowBits, fresh: agreement.clientNoContextTakeover };
    const [own, peer] = role === 'server' ? [server, client] : [client, server];
    const { threshold, level, memLevel, wish, budget } = settings;
    // A peer that allows a longer window than our own limit does not make us use it.
    // @rfc 7692-7.2.1-3 7692-7.2.1-6 7692-7.2.1-7 7692-7.2.2-6
    const windowBits = Math.min(own.bits, wish.serverMaxWindowBits);
    this.#threshold = threshold;
    this.#compression = { windowBits, level, memLevel };
    this.#inflateBits = peer.bits; // @rfc 7692-7.2.2-4 7692-7.2.2-5
    this.#sent = own.fresh ? undefined : new SlidingWindow(2 ** windowBits); // @rfc 7692-7.2.1-4 7692-7.2.1-5
    // @rfc 7692-7.2.2-1 7692-7.2.2-2
    this.#received = peer.fresh ? undefined : new SlidingWindow(2 ** peer.bits);
    this.shareKey = own.fresh ? `permessage-deflate ${threshold} ${windowBits} ${level} ${memLevel}` : undefined;
    this.#budget = budget;
    this.#taken = windowBytes(agreement);
    budget.take(this.#taken);
  }

  // The windows stay as they are while a message is in work, because nothing else is encoded, or decoded, meanwhile.

  /** Leaves alone what is shorter than the threshold, unless it is to be compressed, and what would not become shorter. */
  encode({ payload, compress }: ExtensionMessage): EncodedMessage | undefined | Promise<EncodedMessage | undefined> {
    const wanted = compress ?? payload.length >= this.#threshold;
    if (!wanted) return undefined; // @rfc 7692-6.1-2
    if (payload.length > ASIDE_ABOVE_BYTES) return this.#encodeAside(payload);
    return this.#encoded(payload, deflateMessage(payload, this.#compression, this.#sent?.bytes));
  }

  decode({ payload }: ExtensionMessage, maxBytes: number): Uint8Array | Promise<Uint8Array> {
    if (payload.length > INFLATED_ASIDE_ABOVE_BYTES) return this.#decodeAside(payload, maxBytes);
    // @rfc 7692-6.2-1 7692-7.2.2-1 7692-7.2.2-2
    const plain = inflateMessage(payload, this.#inflateBits, maxBytes, this.#received?.bytes);
    this.#received?.add(plain);
    return plain;
  }

  async #encodeAside(payload: Uint8Array): Promise<EncodedMessage | undefined> {
    try {
      const compressed = await zlibQueue.run(() =>
        this.#closed ? payload : deflateMessageAside(payload, this.#compression, this.#sent?.bytes),
      );
      return this.#encoded(payload, compressed);
    } catch {
      // Out of memory, say: the message can still go as it is.
      return undefined;
    }
  }

  async #decodeAside(payload: Uint8Array, maxBytes: number): Promise<Uint8Array> {
    const plain = await zlibQueue.run(() =>
      this.#closed ? payload : inflateMessageAside(payload, this.#inflateBits, maxBytes, this.#received?.bytes),
    );
    this.#received?.add(plain);
    return plain;
  }

  #encoded(payload: Uint8Array, compressed: Uint8Array): EncodedMessage | undefined {
    if (compressed.length >= payload.length) return undefined;
    this.#sent?.add(payload);
    return { payload: compressed, rsv: RSV1 }; // @rfc 7692-6.1-1
  }

  /** What is in work when the connection ends is finished for nobody, what only waits is not begun. */
  close(): void {
    this.#budget.give(this.#taken);
    this.#taken = 0;
    this.#closed = true;
  }
}

/** Compression as a server or client hands it to a connection. */
export interface AgreedExtensions {
  /** As Sec-WebSocket-Extensions says it. */
  readonly text: string;
  readonly list: readonly Extension[];
}

const NONE: AgreedExtensions = { text: '', list: [] };

/** The extensions of a connection whose ends gave this answer. */
export function agreedExtensions(
  role: 'server' | 'client',
  answer: DeflateAnswer | undefined,
  settings: DeflateSettings | undefined,
): AgreedExtensions {
  if (answer === undefined || settings === undefined) return NONE; // @rfc 6455-9.1-5
  const list = [new PermessageDeflate(role, answer.agreement, settings)]; // @rfc 7692-5-11
  return { text: formatExtensions([answer.response]), list };
}
