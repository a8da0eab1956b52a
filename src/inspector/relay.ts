import type { Socket } from 'node:net';
import { encodeErrorResponse } from '../handshake/index.ts';
import type { WebSocketTarget } from '../node/index.ts';
import type { Conversation } from './conversation.ts';
import { dialTarget, explainTargetError } from './dial-target.ts';
import type { End } from './entry.ts';
import { INSPECTOR_LIMITS } from './limits.ts';

/** Who watches a relayed connection. */
export interface Onlooker {
  /** What one end sent, before it is passed on. */
  bytes(from: End, chunk: Uint8Array): void;
  /** It is over. */
  ended(note: string, failed: boolean): void;
}

/** What a relay needs. */
export interface RelaySetup {
  /** Of the client, not read from at the moment. */
  readonly client: Socket;
  readonly target: WebSocketTarget;
  readonly insecure: boolean;
  /** The request as the target gets it, and whatever came behind it. */
  readonly request: Uint8Array;
  /** Tells what the answer is. */
  readonly conversation: Pick<Conversation, 'answer'>;
  readonly onlooker: Onlooker;
}

/**
 * Passes the bytes of one connection on, both ways, as they are: each side is read no faster than the other takes them, and
 * the end of one direction leaves the other open. Until the target has answered as HTTP does, nothing reaches the client.
 */
export class Relay {
  readonly #setup: RelaySetup;
  readonly #onward: Socket;
  readonly #stopTimer: () => void;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #answered = false;
  #over = false;
  #endedBy: End | undefined;

  constructor(setup: RelaySetup) {
    this.#setup = setup;
    const { client, target, insecure } = setup;
    const { socket, ready } = dialTarget(target, insecure);
    this.#onward = socket;
    const host = target.url.host;
    let timer = setTimeout(() => this.#fail(`${host} takes no connection`), INSPECTOR_LIMITS.connectMs);
    this.#stopTimer = () => clearTimeout(timer);
    socket.once(ready, () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#fail(`${host} does not answer the request`), INSPECTOR_LIMITS.headMs);
      socket.write(setup.request);
    });
    socket.on('data', (chunk: Uint8Array) => this.#fromTarget(chunk));
    socket.on('error', (error) => this.#fail(explainTargetError(error, host)));
    socket.on('end', () => this.#targetEnded());
    socket.on('close', () => this.#close('the server'));
    client.on('error', (error) => this.#finish(`the client was lost: ${error.message}`, true));
    client.on('close', () => this.#close('the client'));
  }

  /** Cuts both sides off. */
  destroy(note: string): void {
    this.#finish(note, false);
  }

  #fromTarget(chunk: Uint8Array): void {
    const { conversation, onlooker, client } = this.#setup;
    if (this.#over) return;
    onlooker.bytes('server', chunk);
    if (this.#answered) return;
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (conversation.answer === 'awaited') return;
    if (conversation.answer === 'not-http') {
      this.#fail(`${this.#setup.target.url.host} does not speak HTTP, so it is no WebSocket server`);
      return;
    }
    this.#stopTimer();
    this.#answered = true;
    for (const held of this.#held) client.write(held);
    this.#held = [];
    this.#onward.pipe(client);
    client.on('data', (bytes: Uint8Array) => onlooker.bytes('client', bytes));
    client.on('end', () => {
      this.#endedBy ??= 'client';
    });
    client.pipe(this.#onward);
  }

  #targetEnded(): void {
    this.#endedBy ??= 'server';
    const { host } = this.#setup.target.url;
    if (!this.#answered) this.#fail(`${host} ended the connection without an answer; it may speak TLS (wss:)`);
  }

  /** Either side is gone for good: what waits for the other still leaves, and nothing more is awaited. */
  #close(who: string): void {
    const by = this.#endedBy === undefined ? who : `the ${this.#endedBy}`;
    this.#finish(`ended by ${by}`, false);
  }

  #fail(sentence: string): void {
    const { client } = this.#setup;
    if (this.#over) return;
    if (!this.#answered) {
      client.end(encodeErrorResponse({ status: 502, message: `ws101 inspect: ${sentence}` }));
    }
    this.#finish(sentence, true);
  }

  #finish(note: string, failed: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopTimer();
    const { client, onlooker } = this.#setup;
    // What waits for either side still leaves; nothing more is read.
    for (const side of [this.#onward, client]) {
      side.unpipe();
      side.resume();
      side.destroySoon();
      // One that takes nothing any more would be waited for for ever.
      setTimeout(() => side.destroy(), INSPECTOR_LIMITS.connectMs).unref();
    }
    onlooker.ended(note, failed);
  }
}
