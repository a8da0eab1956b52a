import { INSPECTOR_LIMITS } from './limits.ts';

/** The pings of one end that wait for the pong of the other. */
export class PingTimes {
  readonly #sent: { readonly payload: string; readonly atMs: number }[] = [];

  /** A ping went by. */
  ping(payload: Uint8Array, atMs: number): void {
    this.#sent.push({ payload: textOf(payload), atMs });
    if (this.#sent.length > INSPECTOR_LIMITS.pendingPings) this.#sent.shift();
  }

  /**
   * The time since the ping that this pong answers, in milliseconds; undefined for one that nobody asked for. Earlier pings
   * are answered with it (RFC 6455 §5.5.3).
   */
  pong(payload: Uint8Array, atMs: number): number | undefined {
    const text = textOf(payload);
    const found = this.#sent.map((ping) => ping.payload).lastIndexOf(text);
    const ping = this.#sent[found];
    if (ping === undefined) return undefined;
    this.#sent.splice(0, found + 1);
    return atMs - ping.atMs;
  }
}

function textOf(payload: Uint8Array): string {
  return String.fromCharCode(...payload);
}
