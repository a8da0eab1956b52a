import { describe, expect, it } from 'vitest';
import { isSame, NOTHING, utf8 } from '../../src/conformance/bytes.ts';
import { CompressedMessages } from '../../src/conformance/cases/compressed-messages.ts';
import type { Corpus } from '../../src/conformance/cases/corpora.ts';
import { Compressor } from '../../src/conformance/deflate.ts';
import { binary, frameBytes } from '../../src/conformance/frame.ts';
import { FrameReader } from '../../src/conformance/frame-reader.ts';
import type { Incoming } from '../../src/conformance/incoming.ts';
import { Inflater } from '../../src/conformance/inflater.ts';
import { WireRecorder } from '../../src/conformance/wire-log.ts';

const TAKEOVER = { noContextTakeover: false, windowBits: 15 };
const MOST = 1_048_576;

describe('compressed messages that come in a circle (RFC 7692 §7.2)', () => {
  it.each([9, 12, 15])('mean the same each time round, with a window of %d bits', (windowBits) => {
    const side = { noContextTakeover: false, windowBits };
    const words = Array.from({ length: 7 }, (_, i) => utf8(`${'a message and its neighbour '.repeat(30)}${i}`));
    const [compressor, inflater] = [new Compressor(side), new Inflater(side)];
    for (let i = 0; i < 40; i++) {
      const message = words[i % words.length] ?? NOTHING;
      expect(isSame(inflater.inflate(compressor.compress(message), MOST), message)).toBe(true);
    }
  });

  it('are inflated anew where the same payload comes behind another history', () => {
    const [one, other] = [new Compressor(TAKEOVER), new Compressor(TAKEOVER)];
    const inflater = new Inflater(TAKEOVER);
    const [a, b] = [utf8('abcdefghijklmnopqrstuvwxyz'), utf8('abcdefghijklmnopqrstuvwxyZ')];
    expect(isSame(inflater.inflate(one.compress(a), MOST), a)).toBe(true);
    const again = one.compress(a);
    expect(isSame(inflater.inflate(again, MOST), a)).toBe(true);
    const behindOther = new Inflater(TAKEOVER);
    behindOther.inflate(other.compress(a), MOST);
    behindOther.inflate(other.compress(b), MOST);
    // It refers back by distance, and so means what stands there now.
    expect(isSame(behindOther.inflate(again, MOST), b)).toBe(true);
    expect(isSame(behindOther.inflate(again, MOST), b)).toBe(true);
  });

  it('are kept apart from the payload, which its owner writes over', () => {
    const side = { ...TAKEOVER, noContextTakeover: true };
    const [stored, inflater] = [new Compressor(side, 0), new Inflater(side)];
    const payload = stored.compress(utf8('first'));
    expect(isSame(inflater.inflate(payload, MOST), utf8('first'))).toBe(true);
    payload.set(stored.compress(utf8('other')));
    expect(isSame(inflater.inflate(payload, MOST), utf8('other'))).toBe(true);
  });

  it('may be longer than what is kept of them', () => {
    const side = { ...TAKEOVER, noContextTakeover: true };
    const [compressor, inflater] = [new Compressor(side), new Inflater(side)];
    const messages = [1, 2, 3].map((octet) => new Uint8Array(6 * MOST).fill(octet));
    for (const message of [...messages, ...messages])
      expect(Buffer.compare(inflater.inflate(compressor.compress(message), 8 * MOST), message)).toBe(0);
  });
});

describe('what a frame reader delivers', () => {
  it('stays as it is when further messages come, compressed or not', () => {
    const came: Incoming[] = [];
    const deflate = { suite: TAKEOVER, testee: TAKEOVER };
    const options = { testee: 'server', deflate, wire: new WireRecorder() } as const;
    const reader = new FrameReader({ ...options, deliver: (incoming) => came.push(incoming) });
    const compressor = new Compressor(TAKEOVER);
    const words = ['first', 'second', 'third', 'fourth', 'fifth'].map(utf8);
    for (const [i, word] of words.entries()) {
      const frame = i % 2 === 0 ? binary(compressor.compress(word), { rsv: 4 }) : binary(word);
      reader.push(frameBytes(frame, false, NOTHING));
    }
    expect(came.map((one) => ('payload' in one ? [...one.payload] : one))).toEqual(words.map((word) => [...word]));
  });
});

describe('the messages that groups 12 and 13 share', () => {
  const corpus = (name: string): Corpus => ({
    name,
    isText: false,
    cut: (at, length) => new Uint8Array(length).fill(at / 16),
  });

  it('are compressed once for the same length on the same terms', () => {
    const shared = new CompressedMessages();
    const one = corpus('one');
    expect(shared.of(one, 16, { ...TAKEOVER })).toBe(shared.of(one, 16, TAKEOVER));
    expect(shared.of(one, 64, TAKEOVER)).not.toBe(shared.of(one, 16, TAKEOVER));
    expect(shared.of(one, 16, { ...TAKEOVER, windowBits: 9 })).not.toBe(shared.of(one, 16, TAKEOVER));
    expect(shared.of(one, 16, { ...TAKEOVER, noContextTakeover: true })).not.toBe(shared.of(one, 16, TAKEOVER));
  });

  it('are forgotten when there are too many of them, the longest ago first', () => {
    const shared = new CompressedMessages();
    const first = shared.of(corpus('0'), 131_072, TAKEOVER);
    for (let i = 1; i < 30; i++) {
      expect(shared.of(corpus('0'), 131_072, TAKEOVER)).toBe(first);
      shared.of(corpus(String(i)), 131_072, TAKEOVER);
    }
    const second = shared.of(corpus('1'), 131_072, TAKEOVER);
    expect(shared.of(corpus('1'), 131_072, TAKEOVER)).toBe(second);
    expect(shared.of(corpus('0'), 131_072, TAKEOVER)).toBe(first);
  });
});
