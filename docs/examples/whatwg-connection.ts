// A driver over a WHATWG stream pair: the same Protocol wherever there are ReadableStream and WritableStream.
import {
  checkUpgradeResponse,
  createKey,
  decideUpgrade,
  encodeAcceptResponse,
  encodeErrorResponse,
  encodeUpgradeRequest,
  HandshakeError,
  type RequestHead,
  RequestHeadReader,
  type ResponseHead,
  ResponseHeadReader,
  serviceError,
} from 'ws101/handshake';
import { type CloseInfo, Protocol, type SendStatus } from 'ws101/protocol';
import { nextMaskKey, now, text } from './platform.ts';

/** Both directions of one byte stream, as `Deno.Conn`, a WebTransport stream or a TransformStream pair give them. */
export interface StreamPair {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type OnMessage = (connection: StreamConnection, data: string | Uint8Array) => void | Promise<void>;

/** A WebSocket over a stream pair whose two heads have been exchanged. */
export class StreamConnection {
  /** How it ended. Never rejects. */
  readonly closed: Promise<CloseInfo>;
  readonly #reader: Reader;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #protocol: Protocol;
  readonly #onMessage: OnMessage;
  #received: (string | Uint8Array)[] = [];
  #unwritten = 0;
  #ending = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    role: 'server' | 'client',
    reader: Reader,
    writer: WritableStreamDefaultWriter<Uint8Array>,
    leftover: Uint8Array,
    onMessage: OnMessage,
  ) {
    this.#reader = reader;
    this.#writer = writer;
    this.#onMessage = onMessage;
    const connection = this;
    let ended: (info: CloseInfo) => void;
    this.closed = new Promise((resolve) => {
      ended = resolve;
    });
    this.#protocol = new Protocol({
      role,
      text,
      nextMaskKey,
      now: now(),
      transport: {
        get bufferedBytes() {
          return connection.#unwritten;
        },
      },
      handler: {
        message: (data) => this.#received.push(data) > 0, // true: stop behind every message
        pong: () => {},
        ended: (info) => ended(info),
      },
    });
    void this.#pump(leftover);
  }

  send(data: string | Uint8Array): SendStatus {
    const status = this.#protocol.send(data);
    this.#settle();
    return status;
  }

  close(code?: number, reason?: string): void {
    this.#protocol.close(now(), code, reason);
    this.#settle();
  }

  // #region pump
  /** Reads only when everything read before was taken: the backpressure of streams does the rest. */
  async #pump(leftover: Uint8Array): Promise<void> {
    try {
      let chunk: Uint8Array | undefined = leftover;
      while (chunk !== undefined) {
        await this.#feed(chunk);
        const next = await this.#reader.read();
        chunk = next.done ? undefined : next.value;
      }
    } catch {
      // A stream that fails has ended.
    }
    this.#protocol.transportEnded();
    this.#settle();
  }

  async #feed(chunk: Uint8Array): Promise<void> {
    let rest = chunk;
    while (rest.length > 0) {
      rest = rest.subarray(this.#protocol.receive(rest, now()));
      this.#settle();
      for (const data of this.#received.splice(0)) {
        this.#protocol.rests(now());
        try {
          await this.#onMessage(this, data);
        } catch {
          this.#protocol.close(now(), 1011); // the fault is this end's
        }
        this.#protocol.readsAgain(now());
        this.#settle();
      }
    }
  }

  #settle(): void {
    for (const frames of this.#protocol.outbox.take()) void this.#write(frames);
    if (this.#protocol.destroyRequested) {
      void this.#writer.abort().catch(() => {});
      void this.#reader.cancel().catch(() => {});
    } else if ((this.#protocol.endRequested || this.#protocol.state === 'ended') && !this.#ending) {
      this.#ending = true;
      void this.#writer.close().catch(() => {});
    }
    clearTimeout(this.#timer);
    const deadline = this.#protocol.nextDeadline();
    if (deadline === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#protocol.tick(now());
      this.#settle();
    }, deadline - now());
  }

  async #write(frames: Uint8Array): Promise<void> {
    this.#unwritten += frames.length;
    try {
      await this.#writer.write(frames);
    } catch {
      return; // the reading side learns of it, too
    }
    this.#unwritten -= frames.length;
    if (this.#unwritten > 0) return;
    this.#protocol.transportDrained(now());
    if (this.#protocol.outbox.bytes > 0) this.#settle();
  }
  // #endregion
}

async function readHead<Head>(
  reader: Reader,
  head: { push(chunk: Uint8Array): number; readonly head: Head | undefined },
): Promise<{ head: Head; leftover: Uint8Array }> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error('the stream ended inside the head');
    const taken = head.push(value);
    if (head.head !== undefined) return { head: head.head, leftover: value.subarray(taken) };
  }
}

/** The server's side: reads the request, answers it, and gives the connection. */
export async function acceptStreams(
  { readable, writable }: StreamPair,
  onMessage: OnMessage,
): Promise<StreamConnection> {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  try {
    const { head, leftover } = await readHead<RequestHead>(reader, new RequestHeadReader());
    const decision = decideUpgrade(head, { origin: 'same', secure: false });
    if (decision.kind === 'reject') throw decision.error;
    if (decision.kind === 'fallback') throw serviceError('not-found');
    await writer.write(encodeAcceptResponse({ accept: decision.request.accept }));
    return new StreamConnection('server', reader, writer, leftover, onMessage);
  } catch (error) {
    if (error instanceof HandshakeError) await writer.write(encodeErrorResponse(error));
    await writer.close();
    throw error;
  }
}

/** The client's side: sends the request, checks the answer, and gives the connection. */
export async function openStreams(
  { readable, writable }: StreamPair,
  host: string,
  onMessage: OnMessage,
): Promise<StreamConnection> {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  const key = createKey(crypto.getRandomValues(new Uint8Array(16)));
  await writer.write(encodeUpgradeRequest({ host, target: '/', key }));
  const { head, leftover } = await readHead<ResponseHead>(reader, new ResponseHeadReader());
  checkUpgradeResponse(head, { key, protocols: [], extensions: [] });
  return new StreamConnection('client', reader, writer, leftover, onMessage);
}
