// The kind of server that short tutorials end with. With one browser, on one machine, it works.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

const server = createServer((socket) => {
  let isOpen = false;
  socket.on('data', (data) => {
    if (isOpen) {
      const text = decode(data);
      console.log(`message: ${text}`);
      socket.write(encode(text));
      return;
    }
    const key = data.toString().match(/Sec-WebSocket-Key: (.*)\r\n/)![1];
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    const head = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
    socket.write(`${head}Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
    isOpen = true;
  });
});

function decode(frame: Buffer): string {
  let length = frame[1]! & 0x7f;
  let offset = 2;
  if (length === 127) throw new Error('large frames are not supported');
  if (length === 126) {
    length = frame.readUInt16BE(2);
    offset = 4;
  }
  const key = frame.subarray(offset, offset + 4);
  const payload = frame.subarray(offset + 4, offset + 4 + length);
  return Buffer.from(payload.map((byte, i) => byte ^ key[i % 4]!)).toString();
}

function encode(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.of(0x81, payload.length), payload]);
}

server.listen(Number(process.argv[2] ?? 8081), '127.0.0.1', () => console.log('listening on', server.address()));
