import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join, NOTHING } from '../../src/conformance/bytes.ts';
import { converse } from '../../src/conformance/converse.ts';
import { targetOf } from '../../src/conformance/dial.ts';
import { type Frame, frameBytes, masking, OPCODE } from '../../src/conformance/frame.ts';
import { readHeader } from '../../src/conformance/frame-header.ts';
import type { ConformanceCase } from '../../src/conformance/model.ts';
import { parseHead } from '../../src/conformance/read-head.ts';
import type { CaseResult, ConversationResult } from '../../src/conformance/result.ts';
import { runCaseOnServer } from '../../src/conformance/run-case.ts';

/** What a scripted testee does; all that is left out it does like an echo server in order. */
export interface Script {
  /** In the place of the response with 101. */
  readonly answer?: (usual: string, socket: Socket) => string;
  /** Once the connection is open. */
  readonly opened?: (socket: Socket) => void;
  /** For each frame in the place of the echo; true when it is to be echoed all the same. */
  readonly frame?: (frame: { readonly opcode: number; readonly payload: Uint8Array }, socket: Socket) => unknown;
}

const servers = new Set<Server>();
const sockets = new Set<Socket>();

/** Ends all testees; for `afterEach`. */
export async function endTestees(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  servers.clear();
}

/** Starts a testee and resolves with its URL. */
export async function startTestee(script: Script): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket, script);
  });
  servers.add(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Runs a case against a testee that does as the script says. */
export async function runAgainst(one: ConformanceCase, script: Script, timeoutMs = 10_000): Promise<CaseResult> {
  return runCaseOnServer(one, targetOf(await startTestee(script)), { timeoutMs });
}

/** A frame of a server. */
export function unmasked(frame: Frame): Uint8Array {
  return frameBytes(frame, false, NOTHING);
}

function serve(socket: Socket, { answer, opened, frame }: Script): void {
  let received: Uint8Array = NOTHING;
  let isOpen = false;
  socket.on('data', (chunk) => {
    received = join(received, chunk);
    if (!isOpen) {
      const end = Buffer.from(received).indexOf('\r\n\r\n');
      if (end < 0) return;
      isOpen = true;
      const usual = responseTo(Buffer.from(received.subarray(0, end)).toString('latin1'));
      received = received.subarray(end + 4);
      socket.write(answer?.(usual, socket) ?? usual, 'latin1');
      opened?.(socket);
    }
    received = readFrames(received, (opcode, payload) => {
      if (frame === undefined || frame({ opcode, payload }, socket) === true) echo(opcode, payload, socket);
    });
  });
}

function responseTo(request: string): string {
  const [, key = ''] = /sec-websocket-key: (\S+)/i.exec(request) ?? [];
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

/** Reads whole frames; resolves with what is left. */
function readFrames(bytes: Uint8Array, take: (opcode: number, payload: Uint8Array) => void): Uint8Array {
  let rest = bytes;
  for (let header = readHeader(rest); header !== undefined; header = readHeader(rest)) {
    const { size, length, key, opcode } = header;
    if (rest.length < size + length) break;
    const payload = rest.slice(size, size + length);
    rest = rest.subarray(size + length);
    take(opcode, key === undefined ? payload : masking(payload, key));
  }
  return rest;
}

function echo(opcode: number, payload: Uint8Array, socket: Socket): void {
  const described = {
    opcode,
    payload,
    fin: true,
    rsv: 0,
    mask: 'right',
    lengthForm: 'shortest',
    claimedLength: undefined,
  } as const;
  if (opcode === OPCODE.PONG) return;
  if (opcode === OPCODE.PING) socket.write(unmasked({ ...described, opcode: OPCODE.PONG }));
  else socket.write(unmasked(described));
  if (opcode === OPCODE.CLOSE) socket.end();
}

/** Holds the conversation of a case with a client that answers each frame as the script says. */
export async function converseWithClient(
  one: ConformanceCase,
  script: (frame: { readonly opcode: number; readonly payload: Uint8Array }, socket: Socket) => void,
): Promise<ConversationResult> {
  const server = createServer();
  servers.add(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.add(client);
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  let received: Uint8Array = NOTHING;
  let isOpen = false;
  client.on('data', (chunk) => {
    received = join(received, chunk);
    const end = isOpen ? 0 : Buffer.from(received).indexOf('\r\n\r\n') + 4;
    if (!isOpen && end < 4) return;
    received = readFrames(received.subarray(end), (opcode, payload) => script({ opcode, payload }, client));
    isOpen = true;
  });
  const text =
    'GET /runCase HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13';
  const request = parseHead(text);
  const [conversation] = one.conversations;
  if (typeof request === 'string' || conversation === undefined) throw new Error('neither can be');
  const requestBytes = Buffer.from(text);
  return converse(conversation, {
    testee: 'client',
    socket,
    request,
    requestBytes,
    timeoutMs: 10_000,
    informational: false,
  });
}
