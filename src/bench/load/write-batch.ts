import type { LoadConnection } from './connection.ts';
import type { PreparedFrame } from './prepared-frame.ts';

/** Longer frames are not copied: only their first bytes are, up to the number. */
const COPIED_BYTES = 16 * 1024;
const BATCH_BYTES = 64 * 1024;

/** Puts all frames that are due on a connection into one write. One for all connections, used for one at a time. */
export class WriteBatch {
  #bytes = new Uint8Array(BATCH_BYTES);
  #used = 0;

  /** Bytes that wait for {@link flush}. */
  get used(): number {
    return this.#used;
  }

  /** Adds a frame with this number. A full batch is written at once. */
  add(connection: LoadConnection, frame: PreparedFrame, number: number): void {
    const { bytes } = frame;
    if (bytes.length > COPIED_BYTES) {
      this.flush(connection);
      writeLong(connection, frame, number);
      return;
    }
    if (this.#used + bytes.length > BATCH_BYTES) this.flush(connection);
    this.#bytes.set(bytes, this.#used);
    frame.stamp(this.#bytes, this.#used, number);
    this.#used += bytes.length;
  }

  /** Writes what was added. */
  flush(connection: LoadConnection): void {
    if (this.#used === 0) return;
    const mayReuse = connection.writeShared(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
    if (!mayReuse) this.#bytes = new Uint8Array(BATCH_BYTES);
  }
}

function writeLong(connection: LoadConnection, frame: PreparedFrame, number: number): void {
  const head = frame.bytes.slice(0, frame.tail);
  frame.stamp(head, 0, number);
  connection.writeTogether(() => {
    connection.write(head);
    connection.write(frame.bytes.subarray(frame.tail));
  });
}
