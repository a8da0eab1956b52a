import { decodeHeader, type FrameHeader } from '../codec/index.ts';
import type { Connection } from './connection.ts';
import type { WireTap } from './wire-tap.ts';

/** A tap that finds the header of every frame, in both directions, when it sees the first byte behind the handshake. */
export function frameWatch(
  connection: Connection,
  found: (connection: Connection, direction: 'in' | 'out', header: FrameHeader) => void,
): WireTap {
  const incoming = new FrameCursor();
  const outgoing = new FrameCursor();
  return (direction, bytes) => {
    if (direction === 'out') outgoing.push(bytes, (header) => found(connection, 'out', header));
    // Behind a broken rule nobody knows where frames begin.
    else if (connection.failure === undefined) incoming.push(bytes, (header) => found(connection, 'in', header));
  };
}

/** Finds the headers in a stream of frames and steps over the payloads. */
class FrameCursor {
  readonly #spill = new Uint8Array(14);
  #spilled = 0;
  #skip = 0;

  push(bytes: Uint8Array, found: (header: FrameHeader) => void): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, bytes.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      this.#spill[this.#spilled++] = bytes[at++]!;
      const header = decodeHeader(this.#spill, 0, this.#spilled);
      if (header === undefined) continue;
      this.#spilled = 0;
      this.#skip = header.length;
      found(header);
    }
  }
}
