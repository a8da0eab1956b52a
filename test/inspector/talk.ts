import { encodeFrame } from '../../src/codec/index.ts';
import { Conversation } from '../../src/inspector/conversation.ts';
import type { End, Entry, FrameEntry, NewEntry } from '../../src/inspector/entry.ts';

const MASK = 0x37fa213d;

export const REQUEST =
  'GET /chat HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n';

/** The answer to {@link REQUEST}; `extensions` is what it agrees to. */
export function answer(extensions = ''): string {
  const field = extensions === '' ? '' : `Sec-WebSocket-Extensions: ${extensions}\r\n`;
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n${field}\r\n`;
}

/** A frame of the client. */
export function up(opcode: number, payload: string | Uint8Array = '', options: { fin?: boolean; rsv?: number } = {}) {
  return encodeFrame(opcode, Buffer.from(payload as string), { ...options, maskKey: MASK });
}

/** A frame of the server. */
export function down(opcode: number, payload: string | Uint8Array = '', options: { fin?: boolean; rsv?: number } = {}) {
  return encodeFrame(opcode, Buffer.from(payload as string), options);
}

/** What one end sends next. */
export type Said = readonly [from: End, bytes: string | Uint8Array];

/** A conversation that is listened to without sockets, each piece a millisecond behind the one before. */
export class Talk {
  readonly entries: Entry[] = [];
  readonly conversation: Conversation;
  #atMs = 0;

  /** @param extensions what the answer agrees to; or the answer itself */
  constructor(extensions = '', said: string = answer(extensions), asked: string = REQUEST) {
    this.conversation = new Conversation(1, (entry: NewEntry) => {
      this.entries.push({ ...entry, id: this.entries.length + 1 } as Entry);
    });
    this.say(['client', asked], ['server', said]);
  }

  say(...pieces: readonly Said[]): this {
    for (const [from, bytes] of pieces) this.conversation.bytes(from, Buffer.from(bytes as string), this.#atMs++);
    return this;
  }

  get frames(): FrameEntry[] {
    return this.entries.filter((entry): entry is FrameEntry => entry.kind === 'frame');
  }

  /** The rule that each frame breaks. */
  get broken(): (string | undefined)[] {
    return this.frames.map(({ violation }) => violation?.code);
  }
}
