/**
 * The bytes of messages behind `bufferedAmount` (WHATWG WebSockets §3.1): those that wait, and those that came too late
 * to be sent, which count for ever. Frame headers, pings and pongs do not count.
 */
export class BufferedAmount {
  #behindBlobs = 0;
  #queued = 0;
  #unsent = 0;

  /** A message waits until the Blob before it, or its own, has been read. */
  hold(bytes: number): void {
    this.#behindBlobs += bytes;
  }

  /** A held message goes on to {@link queue} or {@link refuse}. */
  release(bytes: number): void {
    this.#behindBlobs -= bytes;
  }

  /** A message was handed to the connection. */
  queue(bytes: number): void {
    this.#queued += bytes;
  }

  /** A message was given to a socket that had begun to close. */
  refuse(bytes: number): void {
    this.#unsent += bytes;
  }

  /** @param wireBytes what the connection has not handed to the system yet, headers included */
  read(wireBytes: number): number {
    if (wireBytes === 0) this.#queued = 0;
    return this.#behindBlobs + Math.min(this.#queued, wireBytes) + this.#unsent;
  }

  /** The connection is gone: what still waited was not sent. */
  end(wireBytes: number): void {
    this.#unsent = this.read(wireBytes);
    this.#behindBlobs = 0;
    this.#queued = 0;
  }
}
