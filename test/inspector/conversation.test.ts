import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/inspector/entry.ts';
import { INSPECTOR_LIMITS } from '../../src/inspector/index.ts';
import { deflateMessage, SlidingWindow } from '../../src/node/index.ts';
import { answer, down, REQUEST, type Said, Talk, up } from './talk.ts';

const COMPRESSION = { windowBits: 12, level: 6, memLevel: 8 };

describe('a conversation that is listened to', () => {
  test('gives the same entries however its bytes are cut', () => {
    const pieces: Said[] = [
      ['client', Buffer.concat([up(1, 'Hel', { fin: false }), up(9, 'hi'), up(0, 'lo ü')])],
      ['server', Buffer.concat([down(10, 'hi'), down(2, new Uint8Array(200)), down(3, 'what')])],
      ['client', up(8, Uint8Array.of(3, 232, 98, 121, 101))],
    ];
    const whole = factsOf(new Talk().say(...pieces).entries);
    expect(whole.map(({ title }) => title)).toEqual([
      ...['head', 'head', 'client 1', 'client 9', 'client 0', 'server 10', 'server 2', 'server 3', 'client 8'],
    ]);
    for (const [from, bytes] of pieces) {
      for (let cut = 1; cut < bytes.length; cut++) {
        const cutPieces = pieces.flatMap((piece): Said[] =>
          piece[0] === from && piece[1] === bytes
            ? [
                [from, (bytes as Uint8Array).subarray(0, cut)],
                [from, (bytes as Uint8Array).subarray(cut)],
              ]
            : [piece],
        );
        expect(factsOf(new Talk().say(...cutPieces).entries)).toEqual(whole);
      }
    }
    const bytewise = new Talk();
    for (const [from, bytes] of pieces)
      for (const byte of bytes as Uint8Array) bytewise.say([from, Uint8Array.of(byte)]);
    expect(factsOf(bytewise.entries)).toEqual(whole);
  });

  test('changes none of the bytes that it is shown', () => {
    const bytes = Buffer.concat([up(1, 'x'.repeat(1000)), up(2, 'y'.repeat(1000)), up(9, 'z')]);
    const copy = Buffer.from(bytes);
    new Talk().say(['client', bytes]);
    expect(bytes.equals(copy)).toBe(true);
  });

  test('joins fragments, with a ping between them', () => {
    const talk = new Talk().say(['client', Buffer.concat([up(1, 'gr', { fin: false }), up(9), up(0, 'üße')])]);
    expect(talk.frames.map(({ fragment }) => fragment)).toEqual([1, 0, 2]);
    const { message } = talk.frames[2]!;
    expect(message).toMatchObject({ opcode: 1, frames: 2, bytes: 7, deflate: undefined });
    expect(Buffer.from(message!.start).toString()).toBe('grüße');
  });

  test('tells what a fragment continues, down to a character that was cut in two', () => {
    const [first, second] = [Buffer.from('a€').subarray(0, 2), Buffer.from('a€').subarray(2)];
    const talk = new Talk().say(['client', up(1, first, { fin: false })], ['client', up(0, second)]);
    expect(talk.frames[1]!.context).toEqual({ opcode: 1, compressed: false, tail: Uint8Array.of(0xe2) });
    expect(talk.broken).toEqual([undefined, undefined]);
  });

  test('goes on behind every broken rule, and names its section', () => {
    const talk = new Talk();
    talk.say(['client', down(1, 'bare')], ['client', up(3, 'opcode')], ['client', up(0, 'alone')]);
    talk.say(['client', up(1, 'a', { fin: false })], ['client', up(1, 'b')], ['client', up(9, '', { fin: false })]);
    talk.say(['client', up(1, 'rsv', { rsv: 2 })], ['client', up(1, Uint8Array.of(0x61, 0xff, 0x62))]);
    talk.say(['client', up(8, Uint8Array.of(1))], ['client', up(8, Uint8Array.of(3, 236))], ['client', up(1, 'late')]);
    expect(talk.broken).toEqual([
      'mask-missing',
      'reserved-opcode',
      'continuation-unexpected',
      undefined,
      'message-interleaved',
      'control-fragmented',
      'reserved-bit',
      'text-not-utf8',
      'close-payload-truncated',
      'close-code-invalid',
      undefined,
    ]);
    expect(talk.frames[0]!.violation!.section).toBe('RFC 6455 §5.1');
    expect(talk.frames.at(-1)!.note).toMatch(/after a close frame.*RFC 6455 §5\.5\.1/);
    expect(talk.conversation.counts('client')).toMatchObject({ frames: 11, violations: 9 });
  });

  test('text that ends inside a character breaks the rule with its last frame', () => {
    const talk = new Talk().say(['client', up(1, Uint8Array.of(0xe2, 0x82), { fin: false })], ['client', up(0)]);
    expect(talk.broken).toEqual([undefined, 'text-not-utf8']);
  });

  test('says so where a length is impossible, and shows nothing behind it', () => {
    const talk = new Talk().say(['server', Buffer.from('827fffffffffffffffff00', 'hex')], ['server', down(1, 'lost')]);
    expect(talk.broken).toEqual(['length-top-bit']);
    expect(talk.entries.at(-1)).toMatchObject({ kind: 'opaque', from: 'server' });
  });

  test('keeps the first 4 KiB of a long frame, and checks all of it', () => {
    const text = Buffer.alloc(100_000, 0x61);
    text[90_000] = 0xff;
    const talk = new Talk().say(['server', down(1, text)]);
    const [frame] = talk.frames;
    expect(frame!.wire.length).toBe(INSPECTOR_LIMITS.keptFrameBytes);
    expect([frame!.size, frame!.violation?.code]).toEqual([100_010, 'text-not-utf8']);
  });

  test('a frame that was cut off by the end is shown as far as it came', () => {
    const talk = new Talk().say(['client', up(2, 'abcdef').subarray(0, 9)]);
    expect(talk.conversation.counts('client').missing).toBe(3);
    talk.conversation.end('gone', false, 9);
    expect(talk.frames[0]).toMatchObject({ whole: false, size: 9 });
  });

  test('measures from a ping to its pong, and knows a pong that nobody asked for', () => {
    const talk = new Talk().say(['client', up(9, 'a')], ['client', up(9, 'b')], ['server', down(10, 'b')]);
    talk.say(['server', down(10, 'a')], ['server', down(9, 'c')], ['client', up(10, 'c')]);
    expect(talk.frames.map(({ rttMs }) => rttMs)).toEqual([undefined, undefined, 1, undefined, undefined, 1]);
    expect(talk.frames[3]!.note).toMatch(/no ping/);
  });

  test('an answer other than 101 is shown, and nothing behind it is taken for frames', () => {
    const talk = new Talk('', 'HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot there');
    expect(talk.entries.map((entry) => ('from' in entry ? [entry.kind, entry.from] : []))).toEqual([
      ['head', 'client'],
      ['head', 'server'],
      ['opaque', 'client'],
      ['opaque', 'server'],
    ]);
    expect(talk.entries[1]).toMatchObject({ violation: { code: 'response-status' } });
  });

  test('an interim answer is no answer yet', () => {
    const talk = new Talk('', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${answer()}`).say([
      'server',
      down(1, 'hi'),
    ]);
    expect(talk.entries.map(({ kind }) => kind)).toEqual(['head', 'head', 'head', 'frame']);
  });

  test('what a client wrote before the answer came are its first frames', () => {
    const talk = new Talk('', '');
    talk.say(['client', up(1, 'early')], ['server', answer()]);
    expect(talk.frames).toMatchObject([{ from: 'client', offset: REQUEST.length, violation: undefined }]);
  });
});

describe('RFC 7692 §7.2, compressed messages that are listened to', () => {
  const words = (n: number): string => JSON.stringify({ n, words: 'the same words again and again' });

  test('are inflated with the window of their direction when it is taken over', () => {
    const talk = new Talk('permessage-deflate; client_max_window_bits=12');
    const window = new SlidingWindow(2 ** 12);
    for (let n = 0; n < 3; n++) {
      const plain = Buffer.from(words(n));
      talk.say(['client', up(1, deflateMessage(plain, COMPRESSION, window.bytes), { rsv: 4 })]);
      window.add(plain);
    }
    expect(talk.broken).toEqual([undefined, undefined, undefined]);
    expect(talk.frames.map(({ message }) => Buffer.from(message!.start).toString())).toEqual([0, 1, 2].map(words));
    expect(talk.frames[2]!.message!.deflate!.plainBytes).toBe(words(2).length);
    expect(talk.frames[2]!.size).toBeLessThan(talk.frames[0]!.size);
  });

  test('are inflated each alone when it is not, and when one of them could not be', () => {
    const talk = new Talk('permessage-deflate; server_no_context_takeover');
    const long = deflateMessage(Buffer.alloc(3 * 1024 * 1024), COMPRESSION);
    talk.say(['server', down(2, long, { rsv: 4 })]);
    talk.say(['server', down(1, deflateMessage(Buffer.from(words(1)), COMPRESSION), { rsv: 4 })]);
    const [first, second] = talk.frames;
    expect(first!.message!.deflate).toMatchObject({ plainBytes: undefined, note: expect.stringMatching(/1024 KiB/) });
    expect(first!.violation).toBeUndefined();
    expect(Buffer.from(second!.message!.start).toString()).toBe(words(1));
  });

  test('are not guessed at once their window is lost', () => {
    const talk = new Talk('permessage-deflate');
    const long = deflateMessage(Buffer.alloc(3 * 1024 * 1024), COMPRESSION);
    talk.say(['server', down(2, long, { rsv: 4 })]);
    talk.say(['server', down(1, deflateMessage(Buffer.from(words(1)), COMPRESSION), { rsv: 4 })]);
    expect(talk.frames[1]!.message!.deflate!.note).toMatch(/earlier message/);
  });

  test('that are no DEFLATE data, or no UTF-8, break a rule', () => {
    const talk = new Talk('permessage-deflate; server_no_context_takeover');
    talk.say(['server', down(1, Uint8Array.of(0xff, 0xff, 0xff), { rsv: 4 })]);
    talk.say(['server', down(1, deflateMessage(Uint8Array.of(0xc3, 0x28), COMPRESSION), { rsv: 4 })]);
    expect(talk.broken).toEqual(['deflate-data-invalid', 'text-not-utf8']);
  });
});

/** What must not depend on the cut: everything but the time and the number of an entry. */
function factsOf(entries: readonly Entry[]): { title: string; facts: unknown }[] {
  return entries.map((entry) => {
    const { id: _id, atMs: _atMs, ...facts } = entry;
    const title = entry.kind === 'frame' ? `${entry.from} ${entry.header.opcode}` : entry.kind;
    if (entry.kind === 'frame') return { title, facts: { ...facts, rttMs: entry.rttMs === undefined } };
    return { title, facts };
  });
}
