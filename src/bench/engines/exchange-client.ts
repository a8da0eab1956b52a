import { Buffer } from 'node:buffer';
import { Opcode } from '../../codec/index.ts';
import type { Adapter } from '../adapters/adapter.ts';
import type { Dialer } from '../load/dialer.ts';
import { LoadError } from '../load/load-error.ts';
import type { ConnectionEnd } from '../load/load-events.ts';
import { within } from './opening.ts';
import type { PublicationFormat } from './publication.ts';
import type { Recorder } from './recorder.ts';
import { WatchedEvents } from './watched.ts';

/** A connection of its own that exchanges a few messages, one at a time. */
export class ExchangeClient extends WatchedEvents {
  readonly #index: number;
  readonly #format: PublicationFormat;
  readonly #recorder: Recorder;
  readonly #isEcho: boolean;
  #seq = 0;
  #came: (() => void) | undefined = undefined;
  #failed: ((error: Error) => void) | undefined = undefined;
  #end: ConnectionEnd | undefined = undefined;
  #isEarly = false;

  /** @param isEcho whether what comes must be what was sent; otherwise any message will do */
  constructor(index: number, format: PublicationFormat, recorder: Recorder, isEcho: boolean = true) {
    super();
    this.#isEcho = isEcho;
    this.#index = index;
    this.#format = format;
    this.#recorder = recorder;
  }

  /** Sends one message and waits until it is back; checks it. @throws LoadError */
  echo(timeoutMs: number): Promise<void> {
    const payload = this.#format.encode({ sender: this.#index, seq: this.#seq++, sentNs: 0 });
    this.#recorder.count('sent');
    this.#recorder.count('sentBytes', payload.length);
    return this.#answer(timeoutMs, () => this.connection.sendFrame(Opcode.TEXT, payload));
  }

  /** Subscribes and waits for the first message, whatever it is. @throws LoadError */
  firstMessage(adapter: Adapter, timeoutMs: number): Promise<void> {
    // A greeting may come together with the end of the handshake.
    if (this.#isEarly) return Promise.resolve();
    return this.#answer(timeoutMs, () => {
      for (const message of adapter.subscribe?.(this.#index) ?? []) {
        const isText = typeof message === 'string';
        this.connection.sendFrame(isText ? Opcode.TEXT : Opcode.BINARY, isText ? Buffer.from(message) : message);
      }
    });
  }

  message(_opcode: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isEcho && !this.#isExpected(bytes, start, end)) return;
    this.#recorder.count('received');
    this.#recorder.count('receivedBytes', end - start);
    this.#isEarly = true;
    const came = this.#came;
    this.#came = undefined;
    came?.();
  }

  protected override ended(end: ConnectionEnd): void {
    this.#end = end;
    this.#failed?.(endOf(end));
  }

  async #answer(timeoutMs: number, send: () => void): Promise<void> {
    if (this.#end !== undefined) throw endOf(this.#end);
    const answer = new Promise<void>((resolve, reject) => {
      this.#came = resolve;
      this.#failed = reject;
    });
    send();
    await within(answer, timeoutMs, () => new LoadError('timeout', `no message came within ${timeoutMs} ms`));
  }

  #isExpected(bytes: Uint8Array, start: number, end: number): boolean {
    const read = this.#format.decode(bytes, start, end);
    if (read?.fault !== undefined) this.#recorder.fault(read.fault);
    else if (read === undefined || read.sender !== this.#index || read.seq >= this.#seq)
      this.#recorder.fault('corrupted');
    else if (read.seq < this.#seq - 1 || this.#came === undefined) this.#recorder.fault('duplicated');
    else return true;
    // What is damaged passes for the answer, so that it is not counted as missing besides.
    return read?.fault !== undefined && this.#came !== undefined;
  }
}

function endOf({ kind }: ConnectionEnd): LoadError {
  return new LoadError(kind, `the connection ended: ${kind}`);
}

/** Opens a client's connection and times its parts. */
export async function openTimed(client: ExchangeClient, dialer: Dialer, recorder: Recorder): Promise<void> {
  const { tcpNs, upgradeNs } = await dialer.open(client);
  recorder.count('opened');
  recorder.time('tcp', tcpNs);
  recorder.time('upgrade', upgradeNs);
}
