import type { Duplex } from 'node:stream';
import { type HandshakeError, type HeaderFields, serviceError } from '../handshake/index.ts';
import { TokenBucket } from '../rooms/index.ts';
import { clientAddress } from './client-address.ts';
import { steadyNow } from './clock.ts';
import type { Door } from './door.ts';
import { AddressList, countingKey, parseAddress } from './ip-address.ts';
import type { Limits } from './limits.ts';
import type { ServerOptions } from './options.ts';

// Beyond them the one that asked longest ago is forgotten, and starts afresh: the table takes 4 MiB at most.
const MOST_BUCKETS = 16_384;

// A bucket holds the tokens of one second, so that after a second it is full again and need not be kept.
const REFILL_MS = 1_000;

const SECONDS_BETWEEN_CONNECTIONS = 5;

/** Counts the transports of each address, and how often it asks for a WebSocket. */
export class AddressLimits {
  readonly #connections: number;
  readonly #handshakesPerSecond: number;
  readonly #proxies: AddressList;
  readonly #exempt: AddressList;
  readonly #open = new Map<string, number>();
  /** By when they were asked last, the longest ago first. */
  readonly #buckets = new Map<string, { readonly bucket: TokenBucket; readonly askedAt: number }>();

  /** @throws TypeError for a list with anything but addresses and networks */
  constructor(
    limits: Pick<Limits, 'connectionsPerAddress' | 'handshakesPerSecondPerAddress'>,
    { trustedProxies = [], exemptAddresses = [] }: Pick<ServerOptions, 'trustedProxies' | 'exemptAddresses'>,
  ) {
    this.#connections = limits.connectionsPerAddress;
    this.#handshakesPerSecond = limits.handshakesPerSecondPerAddress;
    this.#proxies = new AddressList('trustedProxies', trustedProxies);
    this.#exempt = new AddressList('exemptAddresses', exemptAddresses);
  }

  /**
   * Counts a transport until it closes, unless it comes from a trusted proxy, whose clients are not known before the head.
   * Gives what to refuse it with when its address has as many as it may have.
   */
  enter({ transport, remoteAddress }: Door): HandshakeError | undefined {
    const key = this.#keyOf(remoteAddress);
    return key === undefined ? undefined : this.#count(transport, key);
  }

  /**
   * Judges a request to open a connection, and gives the address that it comes from.
   *
   * @throws HandshakeError when that address has as many transports as it may have, or asks too often
   */
  admit({ transport, remoteAddress }: Door, headers: HeaderFields): string | undefined {
    const address = clientAddress(remoteAddress, headers.all('x-forwarded-for'), this.#proxies);
    const key = this.#keyOf(address);
    if (key === undefined) return address;
    const refusal = this.#takeToken(key) ?? (address === remoteAddress ? undefined : this.#count(transport, key));
    if (refusal !== undefined) throw refusal;
    return address;
  }

  /** How many addresses it has to remember. */
  get size(): number {
    return this.#open.size + this.#buckets.size;
  }

  /** Under which name an address is counted; `undefined` when it is not. */
  #keyOf(address: string | undefined): string | undefined {
    if (this.#connections === Infinity && this.#handshakesPerSecond === Infinity) return undefined;
    const bytes = address === undefined ? undefined : parseAddress(address);
    if (bytes === undefined || this.#proxies.has(bytes) || this.#exempt.has(bytes)) return undefined;
    return countingKey(bytes);
  }

  #count(transport: Duplex, key: string): HandshakeError | undefined {
    if (this.#connections === Infinity) return undefined;
    const count = this.#open.get(key) ?? 0;
    if (count >= this.#connections) return tooMany(SECONDS_BETWEEN_CONNECTIONS);
    this.#open.set(key, count + 1);
    transport.once('close', () => {
      const left = (this.#open.get(key) ?? 0) - 1;
      if (left > 0) this.#open.set(key, left);
      else this.#open.delete(key);
    });
    return undefined;
  }

  #takeToken(key: string): HandshakeError | undefined {
    const capacity = this.#handshakesPerSecond;
    if (capacity === Infinity) return undefined;
    const now = steadyNow();
    const bucket = this.#buckets.get(key)?.bucket ?? new TokenBucket({ capacity, refillPerSecond: capacity }, now);
    this.#buckets.delete(key);
    this.#forgetFull(now);
    this.#buckets.set(key, { bucket, askedAt: now });
    const waitMs = bucket.take(now);
    return waitMs === 0 ? undefined : tooMany(Math.ceil(waitMs / 1000));
  }

  #forgetFull(now: number): void {
    for (const [key, { askedAt }] of this.#buckets) {
      if (this.#buckets.size < MOST_BUCKETS && now - askedAt < REFILL_MS) return;
      this.#buckets.delete(key);
    }
  }
}

function tooMany(seconds: number): HandshakeError {
  return serviceError('too-many-requests', [['Retry-After', String(seconds)]]);
}
