import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CloseCode, encodeFrame, Opcode } from '../../src/codec/index.ts';
import { decodeBase64 } from '../../src/handshake/index.ts';
import { type Connection, connect, type Message, usePorts, WebSocketServer } from '../../src/node/index.ts';
import { ScriptedPeer } from '../../src/testing/index.ts';
import type { RecordedConnection, Recording } from './recording.ts';
import { Tape } from './tape.ts';

/** The nonce of the example in RFC 6455 §1.3, and the mask key of those in §5.7. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const MASK_KEY = 0x37fa213d;

const URL_TEXT = 'ws://illustrated.example/story';
const TEXT = 'Hello';
const REPEATED = 'Hello again, and again, and again, and again.';

/** Records the story and the illegal frames, from the server and the client of this package on sockets of the system. */
export async function record(): Promise<Recording> {
  const restore = usePorts({ random: fillFixed });
  const house = await House.open();
  try {
    const story = await recordStory(house);
    const request = story.turns[0]!.bytes;
    const refused: RecordedConnection[] = [];
    for (const [name, frame] of illegalFrames()) refused.push(await recordRefusal(house, name, request, frame));
    return [story, ...refused];
  } finally {
    await house.close();
    restore();
  }
}

/** The nonce for what asks for as many bytes as it has, mask keys for the others. */
function fillFixed(bytes: Uint8Array): void {
  const nonce = decodeBase64(KEY)!;
  if (bytes.length === nonce.length) bytes.set(nonce);
  else new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4).fill(MASK_KEY);
}

/** Values in the order they came, each to be awaited. */
class Mail<T> {
  readonly #came: T[] = [];
  readonly #awaited: ((value: T) => void)[] = [];

  readonly put = (value: T): void => {
    const awaited = this.#awaited.shift();
    if (awaited === undefined) this.#came.push(value);
    else awaited(value);
  };

  next(): Promise<T> {
    return this.#came.length > 0 ? Promise.resolve(this.#came.shift()!) : new Promise((got) => this.#awaited.push(got));
  }
}

/** A server, and a tape before it. */
class House {
  readonly tape: Tape;
  readonly opened = new Mail<Connection>();
  readonly messages = new Mail<Message>();
  readonly pongs = new Mail<Uint8Array>();
  readonly #server: WebSocketServer;

  private constructor(server: WebSocketServer, tape: Tape) {
    this.#server = server;
    this.tape = tape;
  }

  static async open(): Promise<House> {
    const server = new WebSocketServer({ deflate: true });
    const address = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
    const house = new House(server, await Tape.start(address.port));
    server.route('/story', {
      protocols: ['story'],
      open: house.opened.put,
      message: (_connection, data) => house.messages.put(data),
      pong: (_connection, payload) => house.pongs.put(payload),
    });
    return house;
  }

  async close(): Promise<void> {
    await this.tape.close();
    await this.#server.shutdown({ deadlineMs: 1 });
  }
}

async function recordStory({ tape, opened, messages, pongs }: House): Promise<RecordedConnection> {
  const heard = new Mail<Message>();
  const client = await connect(
    URL_TEXT,
    {
      createConnection: () => tape.connect(),
      origin: 'http://illustrated.example',
      protocols: ['story'],
      deflate: true,
    },
    { message: (_connection, data) => heard.put(data) },
  );
  const server = await opened.next();
  tape.turn('request', 'client');
  tape.turn('response', 'server');

  server.send(TEXT);
  await heard.next();
  tape.turn('hello', 'server');
  client.send(TEXT);
  await messages.next();
  tape.turn('hello-masked', 'client');

  server.sendPart(TEXT.slice(0, 3), { last: false });
  server.ping(new TextEncoder().encode('still there?'));
  server.sendPart(TEXT.slice(3), { last: true });
  await Promise.all([heard.next(), pongs.next()]);
  tape.turn('fragments', 'server');
  tape.turn('pong', 'client');

  server.send(Uint8Array.from({ length: 0x100 }, (_, i) => i));
  await heard.next();
  tape.turn('medium', 'server');
  client.send(new Uint8Array(0x1_0000).fill('.'.charCodeAt(0)), { compress: false });
  await messages.next();
  tape.turn('long', 'client');

  client.send(REPEATED, { compress: true });
  await messages.next();
  tape.turn('deflated', 'client');
  client.send(REPEATED, { compress: true });
  await messages.next();
  tape.turn('deflated-again', 'client');

  client.close(CloseCode.NORMAL, 'bye');
  await Promise.all([client.closed, server.closed]);
  tape.turn('close', 'client');
  tape.turn('close-echo', 'server');
  return tape.finish('story');
}

/** Frames that a client must not send. */
function illegalFrames(): [name: string, frame: Uint8Array][] {
  const maskKey = MASK_KEY;
  return [
    ['unmasked', encodeFrame(Opcode.TEXT, new TextEncoder().encode(TEXT))],
    ['long-ping', encodeFrame(Opcode.PING, new Uint8Array(126).fill('?'.charCodeAt(0)), { maskKey })],
    ['bad-text', encodeFrame(Opcode.TEXT, Uint8Array.of(...new TextEncoder().encode('Hi '), 0xc3, 0x28), { maskKey })],
  ];
}

async function recordRefusal(
  { tape, opened }: House,
  name: string,
  request: Uint8Array,
  frame: Uint8Array,
): Promise<RecordedConnection> {
  const socket = tape.connect();
  const peer = new ScriptedPeer(socket, 'client');
  peer.send(request);
  await peer.readHead();
  const server = await opened.next();
  tape.turn(`${name}-request`, 'client');
  tape.turn(`${name}-response`, 'server');
  peer.send(frame);
  await peer.readEnd();
  if (!socket.closed) await once(socket, 'close');
  await server.closed;
  tape.turn(name, 'client');
  tape.turn(`${name}-answer`, 'server');
  return tape.finish(name);
}
