// Messages of any length, sent and received part by part, so that neither end ever holds one.
// Run: npx tsx docs/examples/streamed-parts.ts
import { Opcode } from 'ws101/codec';
import { Protocol, resolveLimits } from 'ws101/protocol';
import { nextMaskKey, text } from './platform.ts';

const MESSAGE_BYTES = 8 * 1024 * 1024;
const PART_BYTES = 64 * 1024;

// #region receive-parts
let received = 0;
const server = new Protocol({
  role: 'server',
  text,
  now: 0,
  limits: resolveLimits({ maxMessageBytes: MESSAGE_BYTES }),
  handler: {
    // With `part`, whatever has arrived is handed on at once and `message` is never called.
    part(data, opcode, last) {
      received += data.length;
      if (last) console.log(opcode === Opcode.BINARY ? 'binary' : 'text', received);
      return false;
    },
    message: () => false,
    pong() {},
    ended() {},
  },
});
// #endregion

const client = new Protocol({
  role: 'client',
  text,
  nextMaskKey,
  now: 0,
  handler: { message: () => false, pong() {}, ended() {} },
});

// #region send-parts
/** Sends the next part when there is room; gives false when the queue is full and it has to be sent again later. */
function sendNext(sent: number): boolean {
  const part = new Uint8Array(PART_BYTES);
  return client.sendPart(part, sent + PART_BYTES >= MESSAGE_BYTES) !== 'dropped';
}
// #endregion

let most = 0;
for (let sent = 0; sent < MESSAGE_BYTES; ) {
  if (sendNext(sent)) sent += PART_BYTES;
  most = Math.max(most, client.outbox.bytes);
  for (const frames of client.outbox.take()) server.receive(frames, 0);
}
console.log('never more than', most, 'bytes in the outbox');
