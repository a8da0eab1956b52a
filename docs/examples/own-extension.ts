// An extension of one's own: each message carries a CRC-32 behind its payload, and RSV2 says so.
// Run: npx tsx docs/examples/own-extension.ts
import { ProtocolViolation } from 'ws101/codec';
import { formatExtensions, parseExtensions } from 'ws101/handshake';
import { type Extension, Protocol } from 'ws101/protocol';
import { nextMaskKey, text } from './platform.ts';

// #region extension
const RSV2 = 2;
const CHECKSUM_BYTES = 4;

/** A new one for each connection. Stateless, so what it encodes may be shared by all of them. */
function checksum(): Extension {
  return {
    name: 'x-checksum',
    reservedBits: { start: RSV2, continuation: 0, control: 0 },
    shareKey: 'x-checksum',
    encode({ payload }) {
      const marked = new Uint8Array(payload.length + CHECKSUM_BYTES);
      marked.set(payload);
      new DataView(marked.buffer).setUint32(payload.length, crc32(payload));
      return { payload: marked, rsv: RSV2 };
    },
    decode({ payload }) {
      const length = payload.length - CHECKSUM_BYTES;
      const sum = length < 0 ? -1 : new DataView(payload.buffer, payload.byteOffset + length).getUint32(0);
      const message = payload.subarray(0, Math.max(0, length));
      if (sum !== crc32(message)) throw new ProtocolViolation('checksum-mismatch', MISMATCH);
      return message;
    },
  };
}

const MISMATCH = {
  closeCode: 3000,
  section: 'x-checksum',
  message: 'the checksum does not fit the message; send it again',
};
// #endregion

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb8_8320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

// #region agreement
// The client offers, the server picks what it knows, and both set up what the answer names.
const offered = parseExtensions('x-checksum, x-unknown; level=9');
const agreed = offered.filter(({ name }) => name === 'x-checksum');
console.log('Sec-WebSocket-Extensions:', formatExtensions(agreed));
const extensions = (): Extension[] => agreed.map(() => checksum());
// #endregion

function end(role: 'server' | 'client'): Protocol {
  return new Protocol({
    role,
    text,
    nextMaskKey,
    now: 0,
    extensions: extensions(),
    handler: {
      message: (data) => {
        console.log(`${role}: received`, data);
        return false;
      },
      pong: () => {},
      ended: () => {},
    },
  });
}

const client = end('client');
const server = end('server');

/** Carries what one end has to say to the other, byte by byte if need be. */
function carry(from: Protocol, to: Protocol, harm: (bytes: Uint8Array) => void = () => {}): void {
  for (const frames of from.outbox.take()) {
    const bytes = frames.slice();
    harm(bytes);
    to.receive(bytes, 0);
  }
}

client.send('checked all the way');
carry(client, server);
server.send(Uint8Array.of(1, 2, 3));
carry(server, client);

client.send('a bit falls over on the way');
carry(client, server, (bytes) => {
  bytes[10] = (bytes[10] ?? 0) ^ 1;
});
console.log('server: refused,', server.brokenRule?.code);
carry(server, client);
console.log('client:', client.state);
