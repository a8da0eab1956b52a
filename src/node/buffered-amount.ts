// So many entries that have gone are kept before the lists are cut: a cut costs as much as their length.
const CUT_AT = 1024;

/**
 * The bytes of messages behind `bufferedAmount` (WHATWG WebSockets §3.1): those that wait, and those that came too late
 * to be sent, which count for ever. Frame headers, pings and pongs do not count, and compression changes nothing.
 */
export class BufferedAmount {
  #behindBlobs = 0;
  #unsent = 0;
  // The messages that were handed to the connection, oldest first: their own bytes, and those that they put on the wire.
  #bytes: number[] = [];
  #wireBytes: number[] = [];
  #first = 0;
  #queued = 0;
  #wireQueued = 0;

  /** A message waits until the Blob before it, or its own, has been read. */
  hold(bytes: number): void {
    this.#behindBlobs += bytes;
  }

  /** A held message goes on to {@link queue} or {@link refuse}. */
  release(bytes: number): void {
    this.#behindBlobs -= bytes;
  }

  /**
   * A message was handed to the connection.
   *
   * @param wireBytes what it became there
   * @param waiting as in {@link read}
   */
  queue(bytes: number, wireBytes: number, waiting: number): void {
    this.#bytes.push(bytes);
    this.#wireBytes.push(wireBytes);
    this.#queued += bytes;
    this.#wireQueued += wireBytes;
    this.#forgetGone(waiting);
  }

  /** A message was given to a socket that had begun to close. */
  refuse(bytes: number): void {
    this.#unsent += bytes;
  }

  /** @param waiting what the connection has not handed to the system yet, headers and all */
  read(waiting: number): number {
    this.#forgetGone(waiting);
    return this.#behindBlobs + this.#unsent + this.#queued - this.#goneOfFirst(waiting);
  }

  /** The connection is gone: what still waited was not sent. */
  end(waiting: number): void {
    this.#unsent = this.read(waiting);
    this.#behindBlobs = 0;
    this.#forgetGone(0);
  }

  #forgetGone(waiting: number): void {
    const count = this.#bytes.length;
    while (this.#first < count && this.#wireQueued - this.#wireBytes[this.#first]! >= waiting) {
      this.#queued -= this.#bytes[this.#first]!;
      this.#wireQueued -= this.#wireBytes[this.#first]!;
      this.#first++;
    }
    if (this.#first < count && this.#first < CUT_AT) return;
    this.#bytes.splice(0, this.#first);
    this.#wireBytes.splice(0, this.#first);
    this.#first = 0;
  }

  /** How much of the oldest message has gone, by the share of it that no longer waits. */
  #goneOfFirst(waiting: number): number {
    const wireBytes = this.#wireBytes[this.#first];
    if (wireBytes === undefined) return 0;
    const share = Math.max(0, this.#wireQueued - waiting) / wireBytes;
    return Math.floor(this.#bytes[this.#first]! * share);
  }
}
