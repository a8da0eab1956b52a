import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { logged } from '../node/client-log.ts';
import { close, frame, RawClient, text, upgradeHead } from '../node/raw-client.ts';
import { leaveNothingBehind, startEcho } from '../node/running-server.ts';
import { acceptOf, endScriptedServers, responseOf, serveRaw } from '../node/scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

const RIGHT = { Upgrade: 'websocket', Connection: 'Upgrade' };
const AGREED = 'permessage-deflate; server_no_context_takeover; server_max_window_bits=12';
const COMPRESSIBLE = 'again and '.repeat(300);

/** What a server that compresses answers to these offers, as the values of the field; and the open connection. */
async function agreed(offers: string | undefined): Promise<string | undefined> {
  const { port } = await startEcho({ deflate: true });
  const client = new RawClient(port);
  client.send(upgradeHead('/', { 'Sec-WebSocket-Extensions': offers }));
  const { status, headers } = await client.response();
  expect(status).toBe(101);
  return headers.get('sec-websocket-extensions');
}

describe('RFC 6455 §9, RFC 7692 §5: what a server agrees to', () => {
  // @rfc 6455-4.2.2-8 6455-4.2.2-9 6455-5.8-1 6455-9-1 7692-5-4
  it.each([
    ['nothing', undefined],
    ['an extension of another name', 'x-webkit-deflate-frame'],
    ['a name in another case', 'Permessage-Deflate'],
    ['several of other names', 'a, b; c=1, bbf-usp-protocol'],
  ])('is nothing when it was offered %s', async (_, offers) => {
    expect(await agreed(offers)).toBeUndefined();
  });

  // @rfc 6455-4.2.2-8 6455-4.2.2-9 6455-9-1 7692-5-3 7692-5-5 7692-5-7
  it.each([
    'x, permessage-deflate, y',
    'permessage-deflate, permessage-deflate; server_no_context_takeover',
    'deflate-frame, permessage-deflate; unknown, permessage-deflate',
  ])('is one extension, however many were offered: %s', async (offers) => {
    const answer = await agreed(offers);
    expect(answer).toMatch(/^permessage-deflate(?:;|$)/);
    expect(answer).not.toContain(',');
  });
});

describe('RFC 6455 §9.1: a client that offered to compress', () => {
  // @rfc 6455-9.1-5
  it('does not while the server has not agreed', async () => {
    const seen: number[] = [];
    let offered = '';
    const url = await serveRaw(async (visitor) => {
      offered = await visitor.request();
      visitor.socket.write(
        responseOf({ ...RIGHT, 'Sec-WebSocket-Accept': acceptOf(offered) }, '101 Switching Protocols'),
      );
      const [sent] = await visitor.frames(1);
      seen.push(sent?.firstByte ?? 0, sent?.payload.length ?? 0);
      visitor.socket.end();
    });
    const client = logged(url, { deflate: true });
    await client.opened;
    expect(client.socket.extensions).toBe('');
    client.socket.send(COMPRESSIBLE);
    await client.closed;
    expect(offered).toContain('Sec-WebSocket-Extensions: permessage-deflate');
    expect(seen).toEqual([0x81, COMPRESSIBLE.length]);
  });

  // @rfc 6455-5.8-1 7692-5-11
  it('does once the server has, and so does the server', async () => {
    const { port } = await startEcho({ deflate: true });
    const client = logged(`ws://127.0.0.1:${port}/`, { deflate: true });
    await client.opened;
    expect(client.socket.extensions).toMatch(/^permessage-deflate/);
    client.socket.send(COMPRESSIBLE);
    expect(await client.messages(1)).toEqual([COMPRESSIBLE]);
    client.socket.close();
    await client.closed;
  });

  // @rfc 7692-5-11 7692-6.1-1 7692-6.1-3
  it('sets RSV1 on the one frame of a compressed message, and the payload is shorter', async () => {
    let sent: readonly number[] = [];
    const url = await serveRaw(async (visitor) => {
      visitor.socket.write(await visitor.answer({ 'Sec-WebSocket-Extensions': AGREED }));
      const [first] = await visitor.frames(1);
      sent = [first?.firstByte ?? 0, first?.payload.length ?? 0];
      visitor.socket.end();
    });
    const client = logged(url, { deflate: true });
    await client.opened;
    client.socket.send(COMPRESSIBLE);
    await client.closed;
    expect(sent[0]).toBe(0xc1);
    expect(sent[1]).toBeLessThan(COMPRESSIBLE.length / 4);
  });

  // @rfc 7692-5-11 7692-6.1-3
  it('gets RSV1 from the server on messages alone, not on pongs and closes', async () => {
    const { port } = await startEcho({ deflate: true });
    const client = new RawClient(port);
    client.send(upgradeHead('/', { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }));
    await client.response();
    client.send(text(COMPRESSIBLE), frame(Opcode.PING), close());
    const frames = [await client.frame(), await client.frame(), await client.frame()];
    expect(frames.map(({ opcode, rsv, fin }) => [opcode, rsv, fin])).toEqual([
      [Opcode.TEXT, 4, true],
      [Opcode.PONG, 0, true],
      [Opcode.CLOSE, 0, true],
    ]);
    await client.gone();
  });
});
