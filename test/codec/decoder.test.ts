import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder, Opcode, ProtocolViolation } from '../../src/codec/index.ts';
import { describeVectors } from '../support/vectors.ts';
import { concat, cutAtRandom, cuttings, decodeChunks, hex, ROLES, SEED, seeded, toHex, utf8 } from '../support/wire.ts';

const HELLO = toHex(utf8('Hello'));

describeVectors('RFC 6455 §5.7, the examples', [
  {
    // @rfc 6455-6.2-1
    requirement: 'reads a text message in one frame',
    wire: [['81 05', HELLO]],
    frames: [[true, 0, Opcode.TEXT, HELLO]],
  },
  {
    requirement: 'reads a text message in two fragments',
    wire: [
      ['01 03', '48 65 6c'],
      ['80 02', '6c 6f'],
    ],
    frames: [
      [false, 0, Opcode.TEXT, '48656c'],
      [true, 0, Opcode.CONTINUATION, '6c6f'],
    ],
  },
  {
    requirement: 'reads a ping and the pong with the same body',
    wire: [
      ['89 05', HELLO],
      ['8a 05', HELLO],
    ],
    frames: [
      [true, 0, Opcode.PING, HELLO],
      [true, 0, Opcode.PONG, HELLO],
    ],
  },
  {
    requirement: 'reads 256 binary bytes behind a 16-bit length',
    wire: [['82 7e 0100', 'ab'.repeat(256)]],
    frames: [[true, 0, Opcode.BINARY, 'ab'.repeat(256)]],
  },
  {
    requirement: 'reads 64 KiB behind a 64-bit length',
    wire: [['82 7f 0000000000010000', 'cd'.repeat(65_536)]],
    frames: [[true, 0, Opcode.BINARY, 'cd'.repeat(65_536)]],
  },
]);

describe('RFC 6455 §5.7, the masked examples byte for byte', () => {
  // @rfc 6455-6.2-5
  it('unmasks Hello', () => {
    const bytes = hex('81 85 37 fa 21 3d 7f 9f 4d 51 58');
    for (const [how, chunks] of cuttings(bytes)) {
      expect(decodeChunks('server', chunks).frames, how).toEqual([
        { fin: true, rsv: 0, opcode: Opcode.TEXT, payload: HELLO },
      ]);
    }
  });

  it('unmasks the pong', () => {
    const { frames } = decodeChunks('server', [hex('8a 85 37 fa 21 3d 7f 9f 4d 51 58')]);
    expect(frames).toEqual([{ fin: true, rsv: 0, opcode: Opcode.PONG, payload: HELLO }]);
  });
});

describeVectors('RFC 6455 §5.2, the three forms of the length', [
  { requirement: 'takes 0 in 7 bits', wire: [['82 00']], frames: [[true, 0, 2, '']] },
  { requirement: 'takes 1 in 7 bits', wire: [['82 01', 'ff']], frames: [[true, 0, 2, 'ff']] },
  { requirement: 'takes 125 in 7 bits', wire: [['82 7d', '01'.repeat(125)]], frames: [[true, 0, 2, '01'.repeat(125)]] },
  {
    requirement: 'takes 126 in 16 bits',
    wire: [['82 7e 007e', '02'.repeat(126)]],
    frames: [[true, 0, 2, '02'.repeat(126)]],
  },
  {
    requirement: 'takes 127 in 16 bits',
    wire: [['82 7e 007f', '03'.repeat(127)]],
    frames: [[true, 0, 2, '03'.repeat(127)]],
  },
  {
    requirement: 'takes 65535 in 16 bits',
    wire: [['82 7e ffff', '04'.repeat(65_535)]],
    frames: [[true, 0, 2, '04'.repeat(65_535)]],
  },
  ...(
    [
      ['0 in 16 bits', '82 7e 0000', 4],
      ['1 in 16 bits', '82 7e 0001', 4],
      ['125 in 16 bits', '82 7e 007d', 4],
      ['0 in 64 bits', '82 7f 0000000000000000', 10],
      ['126 in 64 bits', '82 7f 000000000000007e', 10],
      ['65535 in 64 bits', '82 7f 000000000000ffff', 10],
    ] as const
  ).map(([what, header, refusedAfter]) => ({
    // @rfc 6455-5.2-5
    requirement: `refuses ${what} before the mask key arrives`,
    wire: [[header]] as const,
    frames: [],
    violation: 'length-not-minimal',
    refusedAfter,
  })),
  ...['8000000000000000', '8000000000000001', 'ffffffffffffffff'].map((length) => ({
    // @rfc 6455-5.2-4
    requirement: `refuses the length ${length} for its top bit (CVE-2026-27889, CVE-2020-27813)`,
    wire: [[`82 7f ${length}`]] as const,
    frames: [],
    violation: 'length-top-bit',
    refusedAfter: 10,
  })),
]);

describeVectors('RFC 6455 §5.2, bits and opcodes without a meaning', [
  ...[1, 2, 3, 4, 5, 6, 7].map((rsv) => ({
    // @rfc 6455-5.2-2
    requirement: `refuses reserved bits ${rsv} on a text frame`,
    wire: [[toHex(Uint8Array.of(0x81 | (rsv << 4), 1)), '61']] as const,
    frames: [],
    violation: 'reserved-bit',
  })),
  {
    // @rfc 7692-6.1-4
    requirement: 'refuses RSV1 on a continuation',
    wire: [
      ['01 01', '61'],
      ['c0 01', '62'],
    ],
    frames: [[false, 0, 1, '61']],
    violation: 'reserved-bit',
  },
  ...[8, 9, 10].map((opcode) => ({
    // @rfc 7692-6.1-4
    requirement: `refuses RSV1 on control opcode ${opcode}`,
    wire: [[toHex(Uint8Array.of(0xc0 | opcode, 0))]] as const,
    frames: [],
    violation: 'reserved-bit',
  })),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => ({
    // @rfc 6455-5.2-3
    requirement: `refuses opcode ${opcode}`,
    wire: [[toHex(Uint8Array.of(0x80 | opcode, 0))]] as const,
    frames: [],
    violation: 'reserved-opcode',
  })),
]);

describeVectors('RFC 6455 §5.4, fragments', [
  {
    requirement: 'lets control frames stand between fragments',
    wire: [
      ['02 01', '01'],
      ['89 01', '02'],
      ['00 00'],
      ['8a 00'],
      ['00 01', '03'],
      ['88 00'],
      ['80 01', '04'],
      ['81 01', '61'],
    ],
    frames: [
      [false, 0, 2, '01'],
      [true, 0, 9, '02'],
      [false, 0, 0, ''],
      [true, 0, 10, ''],
      [false, 0, 0, '03'],
      [true, 0, 8, ''],
      [true, 0, 0, '04'],
      [true, 0, 1, '61'],
    ],
  },
  {
    // @rfc 6455-5.4-10
    requirement: 'refuses a continuation before any message',
    wire: [['80 01', '61']],
    frames: [],
    violation: 'continuation-unexpected',
  },
  {
    // @rfc 6455-6.2-4
    requirement: 'refuses a continuation behind a finished message',
    wire: [['01 01', '61'], ['80 00'], ['00 00']],
    frames: [
      [false, 0, 1, '61'],
      [true, 0, 0, ''],
    ],
    violation: 'continuation-unexpected',
  },
  {
    // @rfc 6455-5.4-3
    requirement: 'refuses a new text message inside an unfinished one',
    wire: [
      ['01 01', '61'],
      ['81 01', '62'],
    ],
    frames: [[false, 0, 1, '61']],
    violation: 'message-interleaved',
  },
  {
    requirement: 'refuses a new binary fragment inside an unfinished message',
    wire: [['01 00'], ['89 00'], ['02 01', '62']],
    frames: [
      [false, 0, 1, ''],
      [true, 0, 9, ''],
    ],
    violation: 'message-interleaved',
  },
]);

describeVectors('RFC 6455 §5.5, control frames', [
  ...[8, 9, 10].flatMap((opcode) => [
    {
      requirement: `takes 125 bytes with control opcode ${opcode}`,
      wire: [[toHex(Uint8Array.of(0x80 | opcode, 125)), '0a'.repeat(125)]] as const,
      frames: [[true, 0, opcode, '0a'.repeat(125)]] as const,
    },
    {
      // @rfc 6455-5.4-1 6455-5.5-1
      requirement: `refuses control opcode ${opcode} without FIN`,
      wire: [[toHex(Uint8Array.of(opcode, 0))]] as const,
      frames: [],
      violation: 'control-fragmented',
    },
    {
      // @rfc 6455-5.5-1
      requirement: `refuses control opcode ${opcode} with a 16-bit length on its second byte`,
      wire: [[toHex(Uint8Array.of(0x80 | opcode, 126, 0, 126))]] as const,
      frames: [],
      violation: 'control-too-long',
    },
    {
      requirement: `refuses control opcode ${opcode} with a 64-bit length on its second byte`,
      wire: [[toHex(Uint8Array.of(0x80 | opcode, 127, 0, 0, 0, 0, 0, 1, 0, 0))]] as const,
      frames: [],
      violation: 'control-too-long',
    },
  ]),
]);

describe('RFC 6455 §5.1, who masks', () => {
  // @rfc 6455-5.1-2 6455-5.1-4
  it.each([
    ['server', '81 00', 'mask-missing'],
    ['server', '89 7e', 'mask-missing'],
    ['client', '81 80', 'mask-unexpected'],
    ['client', '81 fe', 'mask-unexpected'],
  ] as const)('a %s refuses %s on its second byte', (role, digits, violation) => {
    for (const [how, chunks] of cuttings(hex(digits))) {
      expect(decodeChunks(role, chunks), how).toMatchObject({ frames: [], violation, refusedAfter: 2 });
    }
  });

  it('takes a key of zeros as a mask', () => {
    const { frames } = decodeChunks('server', [hex('82 83 00000000 010203')]);
    expect(frames).toEqual([{ fin: true, rsv: 0, opcode: 2, payload: '010203' }]);
  });
});

describe('RFC 6455 §10.4, lengths beyond any limit (CVE-2020-13935, CVE-2022-35922)', () => {
  const limit = 1 << 20;
  it.each([
    ['2^31−1', '000000007fffffff'],
    ['2^31', '0000000080000000'],
    ['2^32−1', '00000000ffffffff'],
    ['2^32', '0000000100000000'],
    ['2^32+1', '0000000100000001'],
    ['2^48, CVE-2026-1528', '0001000000000000'],
    ['2^53−1', '001fffffffffffff'],
    ['2^53', '0020000000000000'],
    ['2^63−1024', '7ffffffffffffc00'],
    ['2^63−1', '7fffffffffffffff'],
  ])('a length of %s reaches the limit of the sink on the header, before any payload', (_name, length) => {
    for (const role of ROLES) {
      const bytes = hex(`82 ${role === 'server' ? 'ff' : '7f'} ${length} ${role === 'server' ? '37fa213d' : ''}`);
      for (const [how, chunks] of cuttings(bytes)) {
        let seen = -1;
        const header = (found: { length: number }): void => {
          seen = found.length;
          if (found.length > limit)
            throw new ProtocolViolation('too-big', { closeCode: 1009, section: '', message: '' });
        };
        const decoded = decodeChunks(role, chunks, { header });
        expect(decoded, how).toMatchObject({ frames: [], rest: '', violation: 'too-big' });
        expect(seen, how).toBeGreaterThan(limit);
        expect(seen).toBeLessThan(2 ** 63);
      }
    }
  });

  it('waits for a huge payload without a limit too, and keeps none of it', () => {
    const seen = decodeChunks('client', [hex('82 7f 7fffffffffffffff'), new Uint8Array(3)]);
    expect(seen).toMatchObject({ frames: [], rest: '000000', violation: undefined, idle: false });
  });
});

describe('RFC 6455 §7.1.7, after a failure', () => {
  // @rfc 6455-7.1.7-4
  it('takes and ignores whatever follows', () => {
    const decoder = new FrameDecoder({ role: 'client' });
    const sink = { header: () => expect.unreachable(), payload: () => expect.unreachable() };
    expect(() => decoder.push(hex('83 00 81 01 61'), sink)).toThrow(ProtocolViolation);
    expect(decoder.push(hex('81 01 61'), sink)).toBe(3);
    expect(decoder.push(hex(''), sink)).toBe(0);
  });

  it('lets what the sink throws through and then ignores the rest', () => {
    const decoder = new FrameDecoder({ role: 'client' });
    const oops = new Error('from the sink');
    const sink = {
      header: (): void => {},
      payload: (): boolean => {
        throw oops;
      },
    };
    expect(() => decoder.push(hex('81 01 61'), sink)).toThrow(oops);
    expect(decoder.push(hex('81 01 61'), sink)).toBe(3);
  });
});

describe('RFC 6455 §5.2, what extensions may claim', () => {
  it('lets agreed reserved bits pass where they were agreed, and only there', () => {
    const reservedBits = { start: 4, continuation: 0, control: 0 };
    const wire = hex('41 01 61 80 01 62');
    expect(decodeChunks('client', [wire], { reservedBits }).frames).toEqual([
      { fin: false, rsv: 4, opcode: 1, payload: '61' },
      { fin: true, rsv: 0, opcode: 0, payload: '62' },
    ]);
    expect(decodeChunks('client', [hex('41 01 61 c0 01 62')], { reservedBits }).violation).toBe('reserved-bit');
    expect(decodeChunks('client', [hex('c9 00')], { reservedBits }).violation).toBe('reserved-bit');
  });

  it('lets agreed opcodes pass', () => {
    const extensionOpcodes = (1 << 3) | (1 << 11);
    expect(decodeChunks('client', [hex('83 00 8b 00')], { extensionOpcodes }).frames).toHaveLength(2);
    expect(decodeChunks('client', [hex('84 00')], { extensionOpcodes }).violation).toBe('reserved-opcode');
  });
});

describe('the decoder and its caller', () => {
  it('is idle between frames only', () => {
    const decoder = new FrameDecoder({ role: 'client' });
    const sink = { header: (): void => {}, payload: (): boolean => false };
    const idle: boolean[] = [decoder.idle];
    for (const byte of hex('81 02 61 62 89 00')) {
      decoder.push(Uint8Array.of(byte), sink);
      idle.push(decoder.idle);
    }
    expect(idle).toEqual([true, false, false, false, true, false, true]);
  });

  // @rfc 6455-6.2-5
  it('leaves the chunk as it was unless it owns it', () => {
    const wire = encodeFrame(Opcode.BINARY, new Uint8Array(200).fill(7), { maskKey: 0x01020304 });
    const chunk = wire.slice();
    const copied = decodeChunks('server', [chunk]);
    expect(chunk).toEqual(wire);
    const unmasked = decodeChunks('server', [chunk], { ownsInput: true });
    expect(unmasked).toEqual(copied);
    expect(toHex(chunk.subarray(8))).toBe('07'.repeat(200));
  });

  it('hands on views of an unmasked chunk, without copying', () => {
    const chunk = hex('82 03 010203');
    const decoder = new FrameDecoder({ role: 'client' });
    const calls: unknown[] = [];
    decoder.push(chunk, {
      header: () => {},
      payload: (bytes, start, end, last) => {
        calls.push(bytes === chunk, start, end, last);
        return false;
      },
    });
    expect(calls).toEqual([true, 2, 5, true]);
  });

  it('gives an empty frame one empty piece of payload, at the end of a chunk too', () => {
    const calls: unknown[] = [];
    const decoder = new FrameDecoder({ role: 'server' });
    decoder.push(hex('82 80 00000000'), {
      header: () => {},
      payload: (_bytes, start, end, last) => {
        calls.push([end - start, last]);
        return false;
      },
    });
    expect(calls).toEqual([[0, true]]);
  });

  it('gives no empty piece of payload that is still awaited', () => {
    const pieces: number[] = [];
    const decoder = new FrameDecoder({ role: 'client' });
    const sink = {
      header: () => {},
      payload: (_bytes: Uint8Array, start: number, end: number): boolean => {
        pieces.push(end - start);
        return false;
      },
    };
    for (const chunk of ['82 03', '', '01', '0203']) decoder.push(hex(chunk), sink);
    expect(pieces).toEqual([1, 2]);
  });

  it('takes a chunk as far as the sink lets it: to its end, or behind the payload that the sink stopped at', () => {
    const chunk = hex('82 01 61 82 01 62 82 01 63');
    const seen: string[] = [];
    const stopping = new Set(['62']);
    const sink = {
      header: () => {},
      payload: (bytes: Uint8Array, start: number, end: number): boolean => {
        seen.push(toHex(bytes.subarray(start, end)));
        return stopping.delete(seen.at(-1) ?? '');
      },
    };
    const decoder = new FrameDecoder({ role: 'client' });
    expect([decoder.push(chunk, sink), seen.join()]).toEqual([6, '61,62']);
    expect([decoder.push(chunk, sink), seen.join()]).toEqual([9, '61,62,61,62,63']);
  });

  it.each(['89 80 37fa213d', '82 80 37fa213d'])('takes a MiB of %s in one chunk without recursion', (digits) => {
    const frame = hex(digits);
    const count = Math.floor(2 ** 20 / frame.length);
    const chunk = new Uint8Array(count * frame.length);
    for (let i = 0; i < count; i++) chunk.set(frame, i * frame.length);
    let seen = 0;
    const decoder = new FrameDecoder({ role: 'server' });
    const taken = decoder.push(chunk, {
      header: () => {
        seen++;
      },
      payload: () => false,
    });
    expect([taken, seen]).toEqual([chunk.length, count]);
  });

  it('reads the same from every cut in two and from 10,000 random cuts of a close behind a message', () => {
    const key = 0xa1b2c3d4;
    const wire = concat(
      encodeFrame(Opcode.TEXT, utf8('h\u00e9llo'), { fin: false, maskKey: key }),
      encodeFrame(Opcode.CONTINUATION, new Uint8Array(130).fill(0x61), { maskKey: key }),
      encodeFrame(Opcode.CLOSE, concat(hex('03e8'), utf8('bye')), { maskKey: key }),
    );
    const whole = decodeChunks('server', [wire]);
    expect(whole.frames.map(({ opcode }) => opcode)).toEqual([1, 0, 8]);
    for (let cut = 0; cut <= wire.length; cut++) {
      expect(decodeChunks('server', [wire.slice(0, cut), wire.slice(cut)])).toEqual(whole);
    }
    const random = seeded(SEED);
    for (let i = 0; i < 10_000; i++) {
      const decoded = decodeChunks('server', cutAtRandom(wire, random));
      if (JSON.stringify(decoded) !== JSON.stringify(whole)) expect(decoded, `WS101_SEED=${SEED}`).toEqual(whole);
    }
  });
});

const anyFrame = fc.record({
  opcode: fc.constantFrom(0, 1, 2, 8, 9, 10, 1, 2, 1, 2, 3, 12),
  fin: fc.boolean(),
  rsv: fc.constantFrom(0, 0, 0, 0, 0, 0, 4, 7),
  length: fc.oneof(fc.nat(8), fc.constantFrom(0, 1, 63, 64, 65, 125, 126, 127, 300)),
  key: fc.oneof(fc.integer(), fc.constant(0)),
});

const anyStream = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .tuple(fc.array(anyFrame, { maxLength: 8 }), fc.boolean(), fc.uint8Array({ maxLength: 6 }))
    .map(([frames, masked, tail]) =>
      concat(
        ...frames.map(({ opcode, fin, rsv, length, key }) =>
          encodeFrame(opcode, new Uint8Array(length).fill(0x41), { fin, rsv, maskKey: masked ? key : undefined }),
        ),
        tail,
      ),
    ),
);

describe('for any bytes', () => {
  const role = fc.constantFrom(...ROLES);

  // @rfc 6455-6.2-5
  it('gives the same frames and at most one violation however they are cut, owned or not, stopped or not', () => {
    fc.assert(
      fc.property(role, anyStream, fc.nat(), fc.boolean(), (end, bytes, seed, ownsInput) => {
        const original = bytes.slice();
        const whole = comparable(decodeChunks(end, [bytes]));
        expect(bytes).toEqual(original);
        const random = seeded(seed);
        const chunks = cutAtRandom(bytes, random);
        const cut = decodeChunks(end, chunks, { ownsInput, stop: () => random() < 0.5 });
        expect(comparable(cut)).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });

  it('calls the sink at most twice for each byte, so no input keeps it busy (CVE-2021-26423)', () => {
    fc.assert(
      fc.property(role, anyStream, (end, bytes) => {
        let calls = 0;
        const count = (): boolean => {
          calls++;
          return false;
        };
        try {
          new FrameDecoder({ role: end }).push(bytes, { header: count, payload: count });
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolViolation);
        }
        expect(calls).toBeLessThanOrEqual(2 * bytes.length);
      }),
    );
  });
});

function comparable({ frames, rest, violation, idle }: ReturnType<typeof decodeChunks>): unknown {
  return violation === undefined ? { frames, rest, idle } : { frames, violation };
}
