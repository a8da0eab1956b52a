import * as ws from 'ws';
import { type Role, toHex } from '../support/wire.ts';

/** What an end made of a peer's frames, in a form that two implementations can be compared by. */
export interface Heard {
  /** Messages and unasked pongs in order, as `text:`, `binary:` or `pong:` and hexadecimal digits. */
  readonly events: string[];
  /** Payloads of pings, in order. */
  readonly pings: string[];
  /** `code:reason` of a close frame. */
  readonly close: string | undefined;
  /** The close code of the failure, if it came to one. */
  readonly failure: number | undefined;
}

/** The part of `ws`'s receiver that its types leave out. */
interface PeerReceiver {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void;
  on(event: 'ping' | 'pong', listener: (data: Buffer) => void): void;
  on(event: 'conclude', listener: (code: number, reason: Buffer) => void): void;
  /** Called as a stream would, so that everything is known when it returns. */
  _write(chunk: Buffer, encoding: string, done: (error?: Error) => void): void;
}

type PeerReceiverClass = new (options: Record<string, unknown>) => PeerReceiver;

const { Receiver } = ws as unknown as { Receiver: PeerReceiverClass };

/** What `ws` makes of the same bytes under the same limits. */
export function hearWithWs(role: Role, bytes: Uint8Array, maxMessageBytes: number, maxFragments: number): Heard {
  const events: string[] = [];
  const pings: string[] = [];
  let close: string | undefined;
  let failure: number | undefined;
  const receiver = new Receiver({ isServer: role === 'server', maxPayload: maxMessageBytes, maxFragments });
  receiver.on('message', (data, isBinary) => void events.push(`${isBinary ? 'binary' : 'text'}:${toHex(data)}`));
  receiver.on('ping', (data) => void pings.push(toHex(data)));
  receiver.on('pong', (data) => void events.push(`pong:${toHex(data)}`));
  receiver.on('conclude', (code, reason) => {
    close = `${code}:${toHex(reason)}`;
  });
  receiver._write(Buffer.from(bytes), 'buffer', (error) => {
    if (error !== undefined && error !== null) failure ??= statusOf(error);
  });
  return { events, pings, close, failure };
}

/** The close code that `ws` keeps under a symbol of its own. */
function statusOf(error: Error): number {
  for (const key of Object.getOwnPropertySymbols(error)) {
    const value: unknown = Reflect.get(error, key);
    if (key.description === 'status-code' && typeof value === 'number') return value;
  }
  throw error;
}
