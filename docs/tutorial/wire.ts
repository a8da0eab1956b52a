// Sends bytes and shows the bytes that come back: npx tsx docs/tutorial/wire.ts 8080 handshake 818537fa213d7f9f4d5158
import { connect } from 'node:net';

/** The request that RFC 6455 §1.3 computes an answer for. */
export const HANDSHAKE: string = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n');

const BYTES_A_LINE = 16;
/** Of what is longer only the first lines are shown. */
const MOST_LINES = 5;

/**
 * Writes one piece after another and gives what came back: text up to the end of a head, the rest as hexadecimal digits.
 *
 * A piece is `handshake`, `text:…` (where `\r\n` stands for the two bytes), or hexadecimal digits; `61x126` is 126 times the
 * same, and `+` joins parts of one piece. Between two pieces it waits until the server has answered; after the last one it hangs up, or,
 * when that was `reset`, breaks the connection off.
 */
export async function wire(port: number, pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  const received: Buffer[] = [];
  let answered = (): void => undefined;
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('data', (chunk) => {
    received.push(chunk);
    answered();
  });
  socket.on('error', () => undefined); // 'close' follows
  for (const [index, piece] of pieces.entries()) {
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const isLast = index === pieces.length - 1;
    if (piece === 'reset') socket.resetAndDestroy();
    else if (isLast) socket.end(toBytes(piece));
    else socket.write(toBytes(piece));
    if (!isLast) await Promise.race([answer, closed]);
  }
  await closed;
  return show(Buffer.concat(received));
}

function toBytes(piece: string): Buffer {
  if (piece === 'handshake') return Buffer.from(HANDSHAKE);
  if (piece.startsWith('text:')) return Buffer.from(piece.slice('text:'.length).replaceAll('\\r\\n', '\r\n'));
  return Buffer.concat(piece.split('+').map(digitsToBytes));
}

function digitsToBytes(part: string): Buffer {
  const [, digits = '', times = '1'] = /^((?:[0-9a-f]{2})+)(?:x(\d+))?$/i.exec(part) ?? [];
  if (digits === '') throw new Error(`'${part}' is neither handshake, text:… nor hexadecimal digits`);
  return Buffer.from(digits.repeat(Number(times)), 'hex');
}

function show(bytes: Buffer): string {
  const head = bytes.toString('latin1').startsWith('HTTP/') ? bytes.indexOf('\r\n\r\n') + 4 : 0;
  const lines = head === 0 ? [] : [bytes.toString('latin1', 0, head - 2).replaceAll('\r', '')];
  const rest = bytes.subarray(head);
  const shown = Math.min(rest.length, MOST_LINES * BYTES_A_LINE);
  for (let at = 0; at < shown; at += BYTES_A_LINE) {
    const row = rest.subarray(at, at + BYTES_A_LINE);
    lines.push(row.toString('hex').replaceAll(/..(?=.)/g, '$& '));
  }
  if (rest.length > shown) lines.push(`and so on, ${rest.length} bytes in all`);
  return lines.join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const [port, ...pieces] = process.argv.slice(2);
  console.log(await wire(Number(port), pieces));
}
