import { expect, it } from 'vitest';
import { HANDSHAKE, wire } from '../../docs/tutorial/wire.ts';
import { describeChapter } from './chapter.ts';

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';

describeChapter('02-handshake', (stage) => {
  it.each([
    ['takes names of fields in small letters', 'Upgrade: websocket', 'upgrade: websocket', '101 Switching Protocols'],
    ['takes a list of options', 'Connection: Upgrade', 'Connection: keep-alive, Upgrade', '101 Switching Protocols'],
    [
      'takes a page of its own host',
      'Version: 13',
      'Version: 13\r\nOrigin: http://127.0.0.1',
      '101 Switching Protocols',
    ],
    [
      'refuses a page of another host',
      'Version: 13',
      'Version: 13\r\nOrigin: http://elsewhere.example',
      '403 Forbidden',
    ],
    ['refuses another version', 'Version: 13', 'Version: 8', '426 Upgrade Required'],
    ['refuses a key that is too short', KEY, 'Sec-WebSocket-Key: dGhl', '400 Bad Request'],
    ['refuses a request without a key', `${KEY}\r\n`, '', '400 Bad Request'],
    ['refuses a request without a host', 'Host: 127.0.0.1\r\n', '', '400 Bad Request'],
    ['refuses another method', 'GET', 'POST', '400 Bad Request'],
    ['refuses another version of HTTP', 'HTTP/1.1', 'HTTP/1.0', '400 Bad Request'],
  ])('%s', async (_name, part, changed, status) => {
    const { port } = await stage().server();
    expect(HANDSHAKE).toContain(part);
    const request = HANDSHAKE.replace(part, changed).replaceAll('\r\n', '\\r\\n');
    expect((await wire(port, [`text:${request}`])).split('\n')[0]).toBe(`HTTP/1.1 ${status}`);
  });
});
