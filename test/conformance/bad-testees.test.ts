import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { hex, NOTHING } from '../../src/conformance/bytes.ts';
import { binary, close, continuation, frame, OPCODE, ping, text } from '../../src/conformance/frame.ts';
import { runServerTests } from '../../src/conformance/index.ts';
import { closes, defineCase, echoBinary, echoText, send } from '../../src/conformance/steps.ts';
import { endTestees, runAgainst, type Script, startTestee, unmasked } from './scripted-testee.ts';

const SHORT_MS = 300;
const ECHO = defineCase('1.1', 'a message comes back', ['RFC 6455 §5.6'], () => [
  send(text('hello')),
  echoText('hello'),
  ...closes(),
]);
const DEFLATE = defineCase(
  '12.1',
  'a message comes back',
  ['RFC 7692 §6'],
  () => [send(text('hello')), echoText('hello'), ...closes()],
  {
    opening: { deflate: [{ windowBits: 10 }] },
  },
);

afterEach(endTestees);

/** A testee that sends these bytes in the place of an echo. */
function sends(...bytes: readonly Uint8Array[]): Script {
  return {
    frame: (_, socket) => {
      for (const each of bytes) socket.write(each);
    },
  };
}

/** A testee that sends the same bytes over and over, as fast as they are taken. */
function sendsForEver(start: Uint8Array, again: Uint8Array): Script {
  return {
    opened(socket) {
      const many = Buffer.concat(Array.from({ length: Math.max(1, Math.floor(16_384 / again.length)) }, () => again));
      const more = (): void => {
        while (!socket.destroyed && socket.write(many));
      };
      socket.write(start);
      socket.on('drain', more);
      more();
    },
    frame: () => undefined,
  };
}

function reset(socket: Socket): string {
  socket.resetAndDestroy();
  return '';
}

/** A testee whose response has another field in the place of one, or one more. */
function answers(from: RegExp | string, to: string): Script {
  return { answer: (usual) => usual.replace(from, to) };
}

describe('a testee that does not behave at all fails in time, with a reason', () => {
  it('when it hangs', async () => {
    const deaf: Script = { frame: () => undefined };
    expect(await runAgainst(ECHO, deaf, SHORT_MS)).toMatchObject({ behavior: 'FAILED', got: 'nothing in time' });
    const mute: Script = { answer: () => '' };
    expect(await runAgainst(ECHO, mute, SHORT_MS)).toMatchObject({ behavior: 'FAILED', got: 'nothing came' });
  });

  it('when it resets the connection, before or after it is open', async () => {
    const after: Script = { frame: (_, socket) => void socket.resetAndDestroy() };
    expect(await runAgainst(ECHO, after)).toMatchObject({ behavior: 'FAILED', got: 'TCP was reset' });
    const before: Script = { answer: (_, socket) => reset(socket) };
    expect(await runAgainst(ECHO, before)).toMatchObject({
      behavior: 'FAILED',
      got: 'TCP was reset without an answer',
    });
  });

  it('when it closes the connection instead, with its reason', async () => {
    const refuses: Script = { frame: (_, socket) => void socket.end(unmasked(close(1009, 'too long'))) };
    expect(await runAgainst(ECHO, refuses)).toMatchObject({
      behavior: 'FAILED',
      reason: 'the testee closes the connection instead',
      got: 'a close frame with code 1009 and the reason "too long"',
      testeeCode: 1009,
      testeeReason: 'too long',
    });
  });

  it('when it floods: messages, pings, fragments without end, and a head without end', async () => {
    const messages = sendsForEver(NOTHING, unmasked(binary('more')));
    expect(await runAgainst(ECHO, messages)).toMatchObject({
      behavior: 'FAILED',
      reason: 'a message of another type came',
    });
    const pings = sendsForEver(NOTHING, unmasked(ping('more')));
    expect(await runAgainst(ECHO, pings)).toMatchObject({ reason: 'the testee sent more than 1000 pings' });
    const empty = sendsForEver(unmasked(text('', { fin: false })), unmasked(continuation('', { fin: false })));
    expect(await runAgainst(ECHO, empty)).toMatchObject({ reason: 'a message in more than 200000 fragments' });
    const large = sendsForEver(
      unmasked(text('', { fin: false })),
      unmasked(continuation(new Uint8Array(65_536), { fin: false })),
    );
    expect((await runAgainst(ECHO, large)).reason).toMatch(/^a message of \d+ bytes or more, longer than all/);
    const head: Script = { answer: (usual) => usual.replace('\r\n\r\n', `\r\nX: ${'x'.repeat(70_000)}`) };
    expect(await runAgainst(ECHO, head)).toMatchObject({ behavior: 'FAILED', got: 'no head within 65536 bytes' });
  });

  it('when it announces a frame that nobody could hold', async () => {
    const huge = sends(unmasked(text('', { claimedLength: 1n << 40n })));
    expect((await runAgainst(ECHO, huge)).reason).toMatch(/^a message of 1099511627776 bytes or more/);
  });

  it('when it answers garbage', async () => {
    const noHead: Script = { answer: () => 'SSH-2.0-OpenSSH_9.2\r\n\r\n' };
    expect((await runAgainst(ECHO, noHead)).got).toBe('no status line: "SSH-2.0-OpenSSH_9.2"');
    expect(await runAgainst(ECHO, sends(hex('00 01 02 03')))).toMatchObject({ section: 'RFC 6455 §5.4' });
  });

  it('when it reads nothing any more', async () => {
    const one = defineCase('9.1', 'large', ['RFC 6455 §5.6'], () => [
      ...Array.from({ length: 4 }, () => send(binary(new Uint8Array(8_388_608)))),
      echoBinary(new Uint8Array(8_388_608)),
    ]);
    const stuck: Script = { opened: (socket) => void socket.pause() };
    expect(await runAgainst(one, stuck, SHORT_MS)).toMatchObject({ reason: 'the testee reads nothing any more' });
  });

  it('when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const { results } = await runServerTests({ url: `ws://127.0.0.1:${port}/`, cases: ['2.1', '2.2'] });
    expect(results.map(({ behavior, reason }) => `${behavior}: ${reason}`)).toEqual([
      'FAILED: the server takes no connection',
      'FAILED: the server takes no connection',
    ]);
  });

  it('and the run goes on to the next case', async () => {
    const url = await startTestee({ frame: ({ payload }) => Buffer.from(payload).toString() !== 'are you there?' });
    const { results } = await runServerTests({ url, cases: ['2.1-3'], timeoutMs: SHORT_MS });
    expect(results.map(({ number, behavior }) => `${number} ${behavior}`)).toEqual(['2.1 OK', '2.2 FAILED', '2.3 OK']);
  });
});

describe('whatever the case is about, a testee fails that breaks a rule for every sender', () => {
  const rules: [rule: string, bytes: Uint8Array, section: string][] = [
    ['a server must not mask', unmasked(text('hello', { mask: 'wrong' })), '5.1'],
    ['a reserved bit without an extension', unmasked(text('hello', { rsv: 4 })), '5.2'],
    ['a reserved opcode', unmasked(frame(3, 'hello')), '5.2'],
    ['a length in more bytes than it needs', unmasked(text('hello', { lengthForm: 16 })), '5.2'],
    ['a control frame in fragments', unmasked(ping('hello', { fin: false })), '5.5'],
    ['a control frame of 126 bytes', unmasked(ping(new Uint8Array(126))), '5.5'],
    ['a continuation of nothing', unmasked(continuation('hello')), '5.4'],
    ['text that is no UTF-8', unmasked(text(hex('ff'))), '8.1'],
    ['a close code that none may have', unmasked(close(1005)), '7.4.1'],
    ['a close frame of one byte', unmasked(frame(OPCODE.CLOSE, hex('03'))), '7.4.1'],
    ['a close reason that is no UTF-8', unmasked(close(1000, hex('ff'))), '7.4.1'],
  ];
  it.each(rules)('%s', async (_, bytes, section) => {
    expect(await runAgainst(ECHO, sends(bytes))).toMatchObject({ behavior: 'FAILED', section: `RFC 6455 §${section}` });
  });

  it('a message inside another', async () => {
    const script = sends(unmasked(text('hel', { fin: false })), unmasked(text('lo')));
    expect(await runAgainst(ECHO, script)).toMatchObject({ behavior: 'FAILED', section: 'RFC 6455 §5.4' });
  });

  it('anything behind its close frame', async () => {
    const script: Script = {
      frame({ opcode }, socket) {
        const more = Buffer.concat([unmasked(close(1000)), unmasked(text('one more thing'))]);
        if (opcode === OPCODE.CLOSE) socket.write(more);
        return opcode !== OPCODE.CLOSE;
      },
    };
    expect(await runAgainst(ECHO, script)).toMatchObject({ behavior: 'FAILED', section: 'RFC 6455 §5.5.1' });
  });

  it('a compressed message that cannot be inflated', async () => {
    const script: Script = {
      ...answers('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n\r\n'),
      ...sends(unmasked(text(hex('ff ff ff'), { rsv: 4 }))),
    };
    expect(await runAgainst(DEFLATE, script)).toMatchObject({ behavior: 'FAILED', section: 'RFC 7692 §7.2.2' });
  });
});

describe('an opening handshake that a client must not accept fails', () => {
  const responses: [what: string, script: Script, got: RegExp][] = [
    ['another accept value', answers(/Accept: \S+/, 'Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA='), /Sec-WebSocket-Accept is/],
    ['no Upgrade', answers('Upgrade: websocket\r\n', ''), /no Upgrade: websocket/],
    ['no Connection', answers('Connection: Upgrade\r\n', ''), /no Connection: Upgrade/],
    [
      'a subprotocol that was not offered',
      answers('\r\n\r\n', '\r\nSec-WebSocket-Protocol: chat\r\n\r\n'),
      /not offered/,
    ],
    ['an extension that was not offered', answers('\r\n\r\n', '\r\nSec-WebSocket-Extensions: x-mux\r\n\r\n'), /x-mux/],
    ['a field without a colon', answers('\r\n\r\n', '\r\nno colon\r\n\r\n'), /no field/],
    ['another status', answers('101 Switching Protocols', '404 Not Found'), /404/],
  ];
  it.each(responses)('%s', async (_, script, got) => {
    const result = await runAgainst(ECHO, script);
    expect(result.behavior).toBe('FAILED');
    expect(result.got).toMatch(got);
  });

  it('terms of compression that are within no offer', async () => {
    const wider = answers(
      '\r\n\r\n',
      '\r\nSec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=15\r\n\r\n',
    );
    expect(await runAgainst(DEFLATE, wider)).toMatchObject({
      behavior: 'FAILED',
      got: expect.stringMatching(/none of the offers/),
    });
  });

  it('though one behind responses of the 100s is as good as any', async () => {
    const early = answers('HTTP/1.1 101', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 101');
    expect(await runAgainst(ECHO, early)).toMatchObject({ behavior: 'OK', behaviorClose: 'OK' });
  });
});
