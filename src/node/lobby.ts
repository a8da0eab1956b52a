import type { Duplex } from 'node:stream';
import { serviceError } from '../handshake/index.ts';
import { Admission, type AdmissionHost, type PendingHandshake } from './admission.ts';
import type { Door } from './door.ts';
import { Roster } from './roster.ts';

const TRANSPORT = Symbol('ws101.transports');
const HANDSHAKE = Symbol('ws101.handshakes');

/** Every transport of a server, from its first byte to its end, and the handshakes among them. */
export class Lobby {
  readonly #transports = new Roster<Duplex>(TRANSPORT);
  readonly #handshakes = new Roster<PendingHandshake>(HANDSHAKE);
  #emptied: (() => void) | undefined;
  // One for all transports, which it gets as `this`: a function for each would take 250 bytes as long as it lives.
  readonly #left: (this: Duplex) => void;

  constructor() {
    const lobby = this;
    this.#left = function (): void {
      lobby.leave(this);
    };
  }

  /** A transport has closed. */
  readonly leave = (transport: Duplex): void => {
    this.#transports.delete(transport);
    if (this.#transports.size === 0) this.#emptied?.();
  };

  /** Somebody else listens for the close of this transport and calls {@link leave}: two listeners would take a list. */
  handOver(transport: Duplex): void {
    transport.off('close', this.#left);
  }

  /** Counts a transport until it closes. False for one that is gone already, or is one too many and gets 503 or 429. */
  enter(door: Door, host: AdmissionHost): boolean {
    const { transport } = door;
    if (transport.destroyed) {
      // Its error, if it has one, may still be on its way.
      transport.on('error', () => {});
      return false;
    }
    const full = this.#transports.size >= host.limits.maxConnections;
    const refusal = full ? serviceError('overloaded', [['Retry-After', '5']]) : host.addresses.enter(door);
    if (refusal !== undefined) {
      new Admission(host, door, Infinity).refuse(refusal);
      return false;
    }
    this.#transports.add(transport);
    transport.on('close', this.#left);
    return true;
  }

  readonly begun: AdmissionHost['begun'] = (handshake) => {
    this.#handshakes.add(handshake);
  };

  readonly done: AdmissionHost['done'] = (handshake) => {
    this.#handshakes.delete(handshake);
  };

  /** Handshakes without an answer. */
  get pending(): number {
    return this.#handshakes.size;
  }

  /** Answers every handshake under way with 503. */
  refuseAll(): void {
    for (const handshake of this.#handshakes) handshake.refuse(serviceError('shutting-down'));
  }

  /** Resolves when no transport is left. */
  async empty(): Promise<void> {
    if (this.#transports.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }

  /** Ends every transport at once. */
  clear(): void {
    for (const transport of this.#transports) transport.destroy();
  }
}
