import { describe, expect, it } from 'vitest';
import { hex } from '../support/wire.ts';
import { type Logged, logged } from './client-log.ts';
import { leaveNothingBehind, turns, turnsUntil } from './running-server.ts';
import { endScriptedServers, type SentFrame, serveRaw } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

interface Served {
  readonly log: Logged[];
  readonly frames: SentFrame[];
}

/** Sends these bytes to a client, cut where told, and gives what it made of them and its first frames in answer. */
async function served(bytes: Uint8Array, answers: number, options = {}, cut = 0): Promise<Served> {
  let frames: SentFrame[] = [];
  const url = await serveRaw(async (visitor) => {
    await visitor.accept();
    await turns(1);
    visitor.socket.setNoDelay(true);
    visitor.socket.write(bytes.subarray(0, cut));
    if (cut > 0) await turns(3);
    visitor.socket.write(bytes.subarray(cut));
    frames = await visitor.frames(answers);
    visitor.socket.end();
  });
  const { closed } = logged(url, options);
  return { log: await closed, frames };
}

function codeOf(frame: SentFrame | undefined): number | undefined {
  return frame?.firstByte === 0x88 ? frame.payload.readUInt16BE(0) : undefined;
}

describe('a server that breaks a rule is told so, and the socket fails with 1006 (RFC 6455 §7.1.7)', () => {
  const limits = { maxMessageBytes: 1000, maxFragments: 4, pingsPerWindow: 8 };
  // @rfc 6455-5.1-4 6455-5.2-2 6455-5.2-3 6455-7.1.7-1 6455-7.1.7-3 6455-7.2.1-1 6455-10.7-2
  const violations: (readonly [what: string, digits: string, code: number])[] = [
    ['a masked frame (§5.1)', '81 82 37fa213d 5f93', 1002],
    ['a masked ping (§5.1)', '89 80 37fa213d', 1002],
    ['a masked close (§5.1)', '88 80 37fa213d', 1002],
    ['RSV1 without an extension (§5.2)', 'c1 00', 1002],
    ['RSV2 (§5.2)', 'a1 00', 1002],
    ['RSV3 (§5.2)', '91 00', 1002],
    ['RSV1 on a ping (§5.2)', 'c9 00', 1002],
    ['RSV1 on a continuation (RFC 7692 §6)', '01 00 c0 00', 1002],
    ...['3', '4', '5', '6', '7', 'b', 'c', 'd', 'e', 'f'].map((o) => [`opcode ${o} (§5.2)`, `8${o} 00`, 1002] as const),
    ['125 bytes with a length of two bytes (§5.2)', '82 7e 007d', 1002],
    ['65,535 bytes with a length of eight (§5.2)', '82 7f 000000000000ffff', 1002],
    ['a 64-bit length with the top bit (§5.2)', '82 7f 8000000000000001', 1002],
    ['all bits of a 64-bit length (§5.2)', '82 7f ffffffffffffffff', 1002],
    ['a length of 2^31-1', '82 7f 000000007fffffff', 1009],
    ['a length of 2^31', '82 7f 0000000080000000', 1009],
    ['a length of 2^32-1', '82 7f 00000000ffffffff', 1009],
    ['a length of 2^32', '82 7f 0000000100000000', 1009],
    ['a length of 2^32+1', '82 7f 0000000100000001', 1009],
    ['a length of 2^53-1', '82 7f 001fffffffffffff', 1009],
    ['a length of 2^53', '82 7f 0020000000000000', 1009],
    ['a length of 2^63-1', '82 7f 7fffffffffffffff', 1009],
    ['a message a byte over the limit', '82 7e 03e9', 1009],
    ['fragments that sum up to more than the limit', `02 7e 01f4 ${'00'.repeat(500)} 80 7e 01f5`, 1009],
    ['a ping of 126 bytes (§5.5)', '89 7e 007e', 1002],
    ['a ping in fragments (§5.5)', '09 00', 1002],
    ['a close in fragments (§5.5)', '08 00', 1002],
    ['a close of one byte (§5.5.1)', '88 01 03', 1002],
    ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map(
      (code) => [`close code ${code} (§7.4)`, `88 02 ${code.toString(16).padStart(4, '0')}`, 1002] as const,
    ),
    ['a close reason that is not UTF-8 (§8.1)', '88 03 03e8 c3', 1007],
    ['a continuation of nothing (§5.4)', '80 00', 1002],
    ['a continuation behind a whole message (§5.4)', '81 01 61 80 00', 1002],
    ['a new message inside a message (§5.4)', '01 01 61 81 01 62', 1002],
    ['a fragment too many (§10.4)', '02 00 00 00 00 00 00 00 00 00', 1008],
    ['text with a surrogate (§8.1)', '81 03 eda080', 1007],
    ['text with an overlong form (§8.1)', '81 02 c0af', 1007],
    ['text beyond U+10FFFF (§8.1)', '81 04 f4908080', 1007],
    ['text that ends inside a character (§8.1)', '81 01 c3', 1007],
    ['a bad byte in the first fragment of a text (§8.1)', '01 01 ff', 1007],
    ['a character cut off by the last fragment (§8.1)', '01 01 e2 80 01 82', 1007],
    ['pings without end (§10.4)', '89 00'.repeat(9), 1008],
  ];
  it.each(violations)('%s', async (_what, digits, code) => {
    const bytes = hex(digits);
    // Up to eight pongs come before the close frame.
    const pings = digits.startsWith('89 00') ? 8 : 0;
    const { log, frames } = await served(bytes, pings + 1, limits);
    expect(codeOf(frames.at(-1))).toBe(code);
    const failure = log.slice(-2);
    expect(failure).toEqual([
      ['error', frames.at(-1)?.payload.subarray(2).toString()],
      ['close', 1006, '', false],
    ]);
  });

  it('a length over 2^32, cut at every byte', async () => {
    const bytes = hex('82 7f 0000000100000000');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { log, frames } = await served(bytes, 1, {}, cut);
      expect(codeOf(frames[0])).toBe(1009);
      expect(log.at(-1)).toEqual(['close', 1006, '', false]);
    }
  });

  // @rfc 6455-7.1.7-4
  it('and what follows is discarded', async () => {
    const { log, frames } = await served(hex('81 01 61  c1 00  81 01 62  89 00  88 02 03e8'), 1);
    expect(codeOf(frames[0])).toBe(1002);
    expect(log.map(([type]) => type)).toEqual(['open', 'message', 'error', 'close']);
  });
});

describe('what a server may do', () => {
  it.each([
    ['send nothing in a message', '81 00', ['']],
    ['cut a message into fragments with pings between (§5.4)', '01 02 e282 89 01 78 00 01 ac 8a 00 80 01 21', ['€!']],
    ['close inside a message', '01 01 61', []],
    ['begin with U+FEFF, which stays', '81 03 efbbbf', ['\ufeff']],
    ['send pongs that nobody asked for (§5.5.3)', '8a 01 61 8a 00 81 01 62', ['b']],
  ])('%s', async (_what, digits, messages) => {
    const pings = digits.includes('89 01 78') ? 1 : 0;
    const { log, frames } = await served(hex(`${digits} 88 02 03e8`), pings + 1);
    expect(log).toEqual([['open'], ...messages.map((text) => ['message', text]), ['close', 1000, '', true]]);
    if (pings > 0) expect(frames[0]).toMatchObject({ firstByte: 0x8a, payload: Buffer.from('x') });
    expect(codeOf(frames.at(-1))).toBe(1000);
  });

  it.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999])(
    'close with %i and a reason (§7.4)',
    async (code) => {
      const payload = Buffer.concat([Uint8Array.of(code >> 8, code), Buffer.from('é'.repeat(61))]);
      const { log, frames } = await served(Buffer.concat([Uint8Array.of(0x88, payload.length), payload]), 1);
      expect(log).toEqual([['open'], ['close', code, 'é'.repeat(61), true]]);
      expect(codeOf(frames[0])).toBe(code);
    },
  );

  it('keep a message of the permitted length whole', async () => {
    const bytes = Buffer.concat([hex('81 7e 03e8'), Buffer.alloc(1000, 'a'), hex('88 00')]);
    const { log } = await served(bytes, 1, { maxMessageBytes: 1000 });
    expect(log[1]).toEqual(['message', 'a'.repeat(1000)]);
  });
});

describe('a server that goes away', () => {
  it.each([
    ['between messages', '81 01 61'],
    ['in a header', '81 7e 01'],
    ['in a payload', '82 05 6161'],
    ['between fragments', '01 01 61'],
    ['in a close frame', '88 02 03'],
  ])('%s ends the socket with 1006, whether it ends, half-closes or resets', async (_where, digits) => {
    const endings = ['end', 'half', 'reset'] as const;
    for (const ending of endings) {
      const url = await serveRaw(async (visitor) => {
        await visitor.accept();
        await turns(1);
        visitor.socket.write(hex(digits), () => {
          if (ending === 'reset') visitor.socket.resetAndDestroy();
          else visitor.socket.end();
        });
      }, ending === 'half');
      const { closed, log } = logged(url);
      await closed;
      expect(log.filter(([type]) => type !== 'message')).toEqual([['open'], ['close', 1006, '', false]]);
    }
  });

  it('right behind its head resets the socket without an uncaught error', async () => {
    const url = await serveRaw(async (visitor) => {
      visitor.socket.write(await visitor.answer(), () => visitor.socket.resetAndDestroy());
    });
    for (let i = 0; i < 50; i++) {
      const { closed, socket } = logged(url);
      socket.onopen = () => socket.send(new Uint8Array(100_000));
      expect((await closed).at(-1)).toEqual(['close', 1006, '', false]);
    }
  });

  it('in the closing handshake resets the socket without an uncaught error', async () => {
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      await visitor.frames(1);
      visitor.socket.resetAndDestroy();
    });
    const { closed, socket, opened } = logged(url);
    await opened;
    socket.close(1000);
    expect(await closed).toEqual([['open'], ['close', 1006, '', false]]);
  });
});

describe('the frames of a client', () => {
  // @rfc 6455-5.1-1 6455-5.3-2 6455-10.3-1
  it('carry a fresh mask key each, empty ones and pongs too (§5.3)', async () => {
    const count = 1000;
    let keys: number[] = [];
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      visitor.socket.write(Buffer.alloc(20, hex('89 00')));
      keys = (await visitor.frames(count + 10)).map(({ key }) => key);
    });
    const { socket, opened } = logged(url);
    await opened;
    for (let i = 0; i < count; i++) socket.send(['', 'text', new Uint8Array(0), new Uint8Array(i)][i % 4] ?? '');
    await turnsUntil(() => keys.length > 0);
    // Two equal keys among so many come once in eight thousand runs, three pairs never.
    expect(new Set(keys).size).toBeGreaterThanOrEqual(count + 10 - 2);
    expect(keys.filter((key) => key === 0).length).toBeLessThanOrEqual(1);
  });
});
