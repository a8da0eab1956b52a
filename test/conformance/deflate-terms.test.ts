import { describe, expect, it } from 'vitest';
import { hex, NOTHING, utf8 } from '../../src/conformance/bytes.ts';
import { CORPORA } from '../../src/conformance/cases/corpora.ts';
import { Compressor, compress } from '../../src/conformance/deflate.ts';
import { answerFor, offerFor, readAnswer } from '../../src/conformance/deflate-terms.ts';
import { parseExtensions } from '../../src/conformance/extension-field.ts';
import { Inflater } from '../../src/conformance/inflater.ts';

const OFFER = 'permessage-deflate; client_max_window_bits; server_no_context_takeover; server_max_window_bits=10';

describe('what the suite asks for as a client (RFC 7692 §7.1)', () => {
  it('is said in an offer for each wish', () => {
    expect(offerFor([{ noContextTakeover: true, windowBits: 10 }, {}])).toBe(
      'permessage-deflate; client_max_window_bits; server_no_context_takeover; server_max_window_bits=10, permessage-deflate; client_max_window_bits',
    );
  });

  it('is agreed on by an answer within it', () => {
    const answer =
      'permessage-deflate; server_no_context_takeover; server_max_window_bits="9"; client_max_window_bits=12';
    expect(readAnswer(OFFER, answer)).toEqual({
      suite: { noContextTakeover: false, windowBits: 12 },
      testee: { noContextTakeover: true, windowBits: 9 },
    });
    expect(readAnswer(OFFER, undefined)).toBeUndefined();
  });

  const wrong: [answer: string, why: RegExp][] = [
    ['permessage-deflate', /within none of the offers/],
    ['permessage-deflate; server_no_context_takeover; server_max_window_bits=11', /within none/],
    ['x-webkit-deflate-frame', /not offered/],
    ['permessage-deflate; server_no_context_takeover=1', /has a value/],
    ['permessage-deflate; client_max_window_bits', /has no value/],
    ['permessage-deflate; server_max_window_bits=08', /not 8 to 15/],
    ['permessage-deflate; server_max_window_bits=16', /not 8 to 15/],
    ['permessage-deflate; level=3', /no parameter level/],
    ['permessage-deflate; client_max_window_bits=9; client_max_window_bits=9', /twice/],
    ['permessage-deflate; server_no_context_takeover; server_max_window_bits=10, permessage-deflate', /twice/],
    ['permessage-deflate;;', /grammar/],
  ];
  it.each(wrong)('is not agreed on by %s', (answer, why) => {
    expect(readAnswer(OFFER, answer)).toMatch(why);
  });

  it('leaves the window of the client alone unless it was offered', () => {
    expect(readAnswer('permessage-deflate', 'permessage-deflate; client_max_window_bits=9')).toMatch(
      /none of the offers/,
    );
  });
});

describe('what the suite grants as a server', () => {
  it('is the first wish that an offer permits', () => {
    const wishes = [{ windowBits: 9 }, { noContextTakeover: true }];
    expect(answerFor('permessage-deflate', wishes)?.field).toBe('permessage-deflate; client_no_context_takeover');
    expect(answerFor('permessage-deflate; client_max_window_bits', wishes)?.field).toBe(
      'permessage-deflate; client_max_window_bits=9',
    );
  });

  it('binds the suite to what the client asks of it', () => {
    const answer = answerFor('permessage-deflate; server_no_context_takeover; server_max_window_bits=11', [{}]);
    expect(answer?.agreement.suite).toEqual({ noContextTakeover: true, windowBits: 11 });
    expect(answer?.field).toBe('permessage-deflate; server_no_context_takeover; server_max_window_bits=11');
  });

  it('is nothing for an offer that is none, is broken, or asks for a window that zlib has not', () => {
    expect(answerFor(undefined, [{}])).toBeUndefined();
    expect(answerFor('x-other', [{}])).toBeUndefined();
    expect(answerFor('permessage-deflate; server_max_window_bits=7', [{}])).toBeUndefined();
    expect(answerFor('permessage-deflate; server_max_window_bits=8', [{}])).toBeUndefined();
  });
});

describe('a field of extensions (RFC 6455 §9.1)', () => {
  it('is read with quotes, blanks and several entries', () => {
    expect(parseExtensions('a; x="1"; y , b;z = 2')).toEqual([
      {
        name: 'a',
        parameters: [
          ['x', '1'],
          ['y', undefined],
        ],
      },
      { name: 'b', parameters: [['z', '2']] },
    ]);
  });

  it.each(['', 'a;', 'a; x=', 'a b', 'a; x="1', ',a'])('is none: %j', (field) => {
    expect(parseExtensions(field)).toBeUndefined();
  });
});

describe('the compressor and the inflater of the suite', () => {
  it('know the example in RFC 7692 §7.2.3.1', () => {
    const side = { noContextTakeover: false, windowBits: 15 };
    const inflater = new Inflater(side);
    expect(inflater.inflate(hex('f2 48 cd c9 c9 07 00'), 100)).toEqual(Buffer.from('Hello'));
    expect(inflater.inflate(hex('f2 00 11 00 00'), 100)).toEqual(Buffer.from('Hello'));
    expect(new Inflater({ ...side, noContextTakeover: true }).inflate(compress(utf8('Hello')), 5)).toEqual(
      Buffer.from('Hello'),
    );
  });

  it('agree over many messages on every window, with and without context', () => {
    const [json] = CORPORA;
    for (const windowBits of [9, 12, 15]) {
      for (const noContextTakeover of [false, true]) {
        const side = { noContextTakeover, windowBits };
        const [compressor, inflater] = [new Compressor(side), new Inflater(side)];
        for (const [at, length] of [
          [0, 16],
          [8, 5_000],
          [8, 5_000],
          [100, 70_000],
          [50, 16],
          [0, 0],
        ] as const) {
          const message = json.cut(at, length);
          expect(Buffer.compare(inflater.inflate(compressor.compress(message), 100_000), message)).toBe(0);
        }
      }
    }
  });

  it('stop at the most that a message may have, and at what is no deflated data', () => {
    const inflater = new Inflater({ noContextTakeover: true, windowBits: 15 });
    expect(() => inflater.inflate(compress(new Uint8Array(10_000)), 9_999)).toThrow();
    expect(() => inflater.inflate(hex('ff ff'), 100)).toThrow();
    expect(inflater.inflate(hex('00'), 100)).toEqual(Buffer.from(NOTHING));
  });
});
