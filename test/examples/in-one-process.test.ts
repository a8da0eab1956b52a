import { describe, expect, it } from 'vitest';
import { RunningExample } from './run.ts';

describe('the examples that hold both ends', () => {
  it('frames.ts: what the codec can do, from encoding to close payloads', async () => {
    expect(await new RunningExample('frames.ts').toEnd()).toEqual([
      'the same bytes: true',
      'unmasked in pieces: Hello',
      '5 bytes; mask-unexpected RFC 6455 §5.1 1002',
      'texts: 1 bytes left: 15',
      'texts: 2 bytes left: 4',
      'texts: 2 bytes left: 0',
      'between two frames: false',
      '1000 122',
    ]);
  });

  it('streamed-parts.ts: eight megabytes, of which no end ever holds more than a part', async () => {
    expect(await new RunningExample('streamed-parts.ts').toEnd()).toEqual([
      'binary 8388608',
      'never more than 65550 bytes in the outbox',
    ]);
  });

  it('net-socket.ts: a server and a client over node:net, whose handler makes what follows wait', async () => {
    expect(await new RunningExample('net-socket.ts').toEnd()).toEqual(
      expect.arrayContaining([
        'client: received one',
        'client: received два',
        'client: received 3000 bytes',
        'client: closed with 1000 "done", cleanly',
        'server: closed with 1000 by the remote end',
      ]),
    );
  });

  it('whatwg-streams.ts: two ends over a pair of streams', async () => {
    expect(await new RunningExample('whatwg-streams.ts').toEnd()).toEqual([
      'client: received ONE',
      'client: received TWO',
      'client: received Uint8Array(3) [ 1, 2, 3 ]',
      "client: closed { code: 1000, reason: 'done', clean: true, by: 'local' }",
      "server: closed { code: 1000, reason: 'done', clean: true, by: 'remote' }",
    ]);
  });

  it('own-extension.ts: messages with a checksum in both directions, and one that was damaged', async () => {
    expect(await new RunningExample('own-extension.ts').toEnd()).toEqual([
      'Sec-WebSocket-Extensions: x-checksum',
      'server: received checked all the way',
      'client: received Uint8Array(3) [ 1, 2, 3 ]',
      'server: refused, checksum-mismatch',
      'client: exchanged',
    ]);
  });
});
