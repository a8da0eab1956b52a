import { loadAdapter } from '../adapters/load.ts';
import type { LoadConfig } from '../config.ts';
import { nowNs } from '../load/clock.ts';
import type { ConnectionEnd } from '../load/load-events.ts';
import type { Phase } from '../model.ts';
import { DeliveryEngine } from './delivery-engine.ts';
import type { Member } from './member.ts';
import { sizeOf } from './opening.ts';
import { belongsToShare } from './share.ts';
import { readTcpTable, TCP_ESTABLISHED, tcpKey } from './tcp-table.ts';

/** What a stalled reader must be offered before its stalling means anything: the kernels of both ends swallow 4 MiB. */
export const OFFERED_BYTES: number = 8 * 1024 * 1024;

const LOOK_MS = 100;
/** So long a stalled reader takes at most to read what waits for it, once it reads on. */
const FATE_MS = 8_000;

/**
 * Fan-out in which a share of the receivers stops reading. The others are booked as ever; of the stalled ones it is told whether
 * and when the server gave them up, and of those that it keeps whether they get everything once they read on.
 *
 * A peer that does not read cannot see that it is being closed: when that happened is read from the kernel's table of connections,
 * where this host has one and the server runs on it.
 */
export class SlowEngine extends DeliveryEngine {
  readonly #serverPort: number;
  readonly #stalledAt = new Map<Member, number>();
  readonly #seenServer = new Set<Member>();
  readonly #goneAfter = new Map<Member, number>();
  readonly #received = new Map<Member, number>();
  #look: NodeJS.Timeout | undefined = undefined;

  static override async create(config: LoadConfig): Promise<SlowEngine> {
    return new SlowEngine(config, await loadAdapter(config.adapter), {
      publishers: config.publishers ?? 1,
      isStalled: (index) => belongsToShare(index, config.share),
    });
  }

  constructor(...parts: ConstructorParameters<typeof DeliveryEngine>) {
    super(...parts);
    const { port, protocol } = new URL(this.config.url);
    this.#serverPort = Number(port) || (protocol === 'wss:' ? 443 : 80);
  }

  override async start(phase: Phase): Promise<void> {
    for (const member of this.stalled) {
      if (!member.isOpen || this.#stalledAt.has(member)) continue;
      member.connection.pause();
      this.#stalledAt.set(member, nowNs());
    }
    this.#look = setInterval(() => this.#lookForGone(), LOOK_MS);
    await super.start(phase);
  }

  override delivered(member: Member, bytes: Uint8Array, start: number, end: number): void {
    if (member.local < 0) this.#received.set(member, (this.#received.get(member) ?? 0) + 1);
    super.delivered(member, bytes, start, end);
  }

  override left(member: Member, end: ConnectionEnd): void {
    // That a server gives up who does not read is no error; how it did is told at the end.
    if (member.local >= 0) super.left(member, end);
  }

  override async close(): Promise<void> {
    clearInterval(this.#look);
    await super.close();
  }

  protected override async conclude(): Promise<void> {
    clearInterval(this.#look);
    this.#lookForGone();
    // Recorded now, since a reader may well be given up before anything is measured.
    for (const ns of this.#goneAfter.values()) this.recorder.time('stalled', ns);
    const offered = this.publishedByAll * sizeOf(this.config);
    if (this.stalled.length > 0 && offered < OFFERED_BYTES) this.recorder.error('less than 8 MiB offered');
    await Promise.all(
      this.stalled.map(async (member) => {
        if (!this.#stalledAt.has(member)) return;
        const fate = await member.fate(Math.min(FATE_MS, this.config.timeoutMs));
        const isOpen = fate === 'still open' || fate === 'no answer';
        const gaps = fate === 'still open' && (this.#received.get(member) ?? 0) < this.publishedByAll;
        this.recorder.conclude(isOpen ? 'stalledOpen' : 'stalledClosed');
        this.recorder.outcome(gaps ? 'still open, with gaps' : fate);
      }),
    );
  }

  #lookForGone(): void {
    const table = readTcpTable();
    if (table.size === 0) return;
    for (const [member, since] of this.#stalledAt) {
      const { localPort } = member.connection;
      if (this.#goneAfter.has(member) || localPort === undefined) continue;
      const client = table.get(tcpKey(localPort, this.#serverPort));
      const server = table.get(tcpKey(this.#serverPort, localPort));
      if (server !== undefined) this.#seenServer.add(member);
      const isServerGone = this.#seenServer.has(member) && server !== TCP_ESTABLISHED;
      if (client === TCP_ESTABLISHED && !isServerGone) continue;
      this.#goneAfter.set(member, nowNs() - since);
    }
  }
}
