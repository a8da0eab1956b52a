// The most that Node's sockets give anybody: the head is answered, and after it nothing is parsed. The request says how
// many bytes come in for one message and what goes out for it: /echo?in=38&out=34&head=8220 answers each 38 bytes with a
// frame of 34 that begins with these two bytes and is zeros behind them; /room does so for everybody in the room, once in
// a turn of the loop for all messages of that turn. With &close=8 a rest of 8 bytes is taken for a close frame.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { announce, HOST, port, tls } from './peer.js';

/** @typedef {import('node:net').Socket} Socket */

const CLOSE_FRAME = Buffer.from('880203e8', 'hex');

// As many replies in one write as there are; above this they are written one behind the other.
const WRITE_BYTES = 1024 * 1024;

/**
 * `count` equal frames of `bytes`, in as few pieces as can be; each piece is made once.
 * @param {number} bytes
 * @param {Buffer} head
 */
function replies(bytes, head) {
  const atOnce = Math.max(1, Math.floor(WRITE_BYTES / bytes));
  const all = Buffer.alloc(atOnce * bytes);
  for (let at = 0; at < all.length; at += bytes) head.copy(all, at);
  /** @type {(socket: Socket, count: number) => void} */
  return (socket, count) => {
    for (let left = count; left > 0; left -= atOnce) socket.write(all.subarray(0, Math.min(left, atOnce) * bytes));
  };
}

/** All connections with the same target share them. @type {Map<string, ReturnType<typeof replies>>} */
const prepared = new Map();

/**
 * @param {number} bytes
 * @param {string} head in hexadecimal digits
 */
function repliesFor(bytes, head) {
  const known = prepared.get(`${bytes} ${head}`);
  if (known !== undefined) return known;
  const made = replies(bytes, Buffer.from(head, 'hex'));
  prepared.set(`${bytes} ${head}`, made);
  return made;
}

/** @type {Set<Socket>} */
const room = new Set();
/** @type {ReturnType<typeof replies> | undefined} */
let deliver;
let published = 0;

function flush() {
  const count = published;
  published = 0;
  for (const member of room) deliver?.(member, count);
}

/** @param {number} count */
function publish(count) {
  if (published === 0) setImmediate(flush);
  published += count;
}

/** @type {(socket: Socket, target: URL) => (length: number) => void} */
function open(socket, target) {
  const incoming = Number(target.searchParams.get('in') ?? 38);
  const outgoing = Number(target.searchParams.get('out') ?? 34);
  const reply = repliesFor(outgoing, target.searchParams.get('head') ?? '8220');
  const closing = Number(target.searchParams.get('close') ?? Number.NaN);
  const inRoom = target.pathname === '/room';
  if (inRoom) {
    deliver ??= reply;
    room.add(socket);
    socket.on('close', () => room.delete(socket));
  }
  let held = 0;
  return (length) => {
    held += length;
    if (held === closing) return void socket.end(CLOSE_FRAME);
    if (held < incoming) return;
    const count = Math.floor(held / incoming);
    held -= count * incoming;
    if (inRoom) publish(count);
    else reply(socket, count);
  };
}

/** @param {Socket} socket */
function accept(socket) {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let head = Buffer.alloc(0);
  /** @type {((length: number) => void) | undefined} */
  let receive;
  socket.on('data', (chunk) => {
    if (receive !== undefined) return receive(chunk.length);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n') + 4;
    if (end < 4) return;
    const text = head.toString('latin1', 0, end);
    const key = /^sec-websocket-key: *(\S+)/im.exec(text)?.[1];
    if (key === undefined) return void socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    receive = open(socket, new URL(text.split(' ', 2)[1] ?? '/', 'http://host'));
    if (head.length > end) receive(head.length - end);
    head = Buffer.alloc(0);
  });
}

const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
server.listen(port, HOST, () => {
  const address = server.address();
  announce(typeof address === 'object' && address !== null ? address.port : port);
});
