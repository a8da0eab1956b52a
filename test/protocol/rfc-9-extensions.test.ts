import { describe, expect, it } from 'vitest';
import { Opcode, ProtocolViolation } from '../../src/codec/index.ts';
import { type Extension, type ExtensionMessage, PreparedMessage } from '../../src/protocol/index.ts';
import { closeFor, frameFor, openEnd, otherRole, seen } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, cuttings, decodeChunks, hex, ROLES, type Role, toHex, utf8 } from '../support/wire.ts';

const { TEXT, BINARY, CONTINUATION, PING } = Opcode;
const RSV1 = 4;
const RSV2 = 2;
const RULE = { closeCode: 1007, section: 'of its own', message: 'the extension says no' };

/** Puts `mark` in front of each message and sets a bit; takes it off again. */
function marking(mark: number, bit: number, more: Partial<Extension> = {}): Extension {
  return {
    name: `mark-${mark}`,
    reservedBits: { start: bit, continuation: 0, control: 0 },
    encode: ({ payload }) => ({ payload: concat(Uint8Array.of(mark), payload), rsv: bit }),
    decode({ payload }, maxBytes) {
      if (payload[0] !== mark) throw new ProtocolViolation('mark-missing', RULE);
      if (payload.length - 1 > maxBytes) throw new ProtocolViolation('mark-too-big', RULE);
      return payload.subarray(1);
    },
    ...more,
  };
}

/** Has frames of its own and writes them down. */
function framing(...opcodes: number[]): Extension & { readonly frames: [number, string][]; readonly ends: number[] } {
  const frames: [number, string][] = [];
  const ends: number[] = [];
  return {
    name: 'framing',
    opcodes,
    frames,
    ends,
    frame(opcode, payload) {
      if (payload[0] === 0xee) throw new ProtocolViolation('frame-wrong', RULE);
      frames.push([opcode, toHex(payload)]);
    },
    close: () => void ends.push(frames.length),
  };
}

describe.each(ROLES)('RFC 6455 §9, an agreed extension at the end of a %s', (role) => {
  // @rfc 7692-6.1-1
  it('transforms what is sent and sets its bit on the first frame', () => {
    const end = openEnd(role, { extensions: [marking(0xaa, RSV1)] });
    end.protocol.send('x');
    end.protocol.send(utf8('y'));
    end.protocol.send(utf8('z'), TEXT);
    end.protocol.send(new PreparedMessage('p', webText));
    end.protocol.close(0);
    const raw = framesIgnoringBits(role, end.take());
    expect(raw).toEqual([
      [TEXT, RSV1, 'aa78'],
      [BINARY, RSV1, 'aa79'],
      [TEXT, RSV1, 'aa7a'],
      [TEXT, RSV1, 'aa70'],
      [Opcode.CLOSE, 0, ''],
    ]);
  });

  it('sees messages in the order of the agreement when sent, in the reverse order when received', () => {
    const extensions = [marking(0xaa, RSV1), marking(0xbb, RSV2)];
    const end = openEnd(role, { extensions });
    end.protocol.send(utf8('x'));
    expect(framesIgnoringBits(role, end.take())).toEqual([[BINARY, RSV1 | RSV2, 'bbaa78']]);
    end.feed(frameFor(role, BINARY, hex('bbaa78'), { rsv: RSV1 | RSV2 }));
    expect(end.events).toEqual([['binary', '78']]);
  });

  // @rfc 7692-6.2-2
  it('is asked to undo only what has its bit', () => {
    const end = openEnd(role, { extensions: [marking(0xaa, RSV1), marking(0xbb, RSV2)] });
    end.feed(frameFor(role, BINARY, hex('aa01'), { rsv: RSV1 }));
    end.feed(frameFor(role, BINARY, hex('bb02'), { rsv: RSV2 }));
    end.feed(frameFor(role, BINARY, hex('aabb')));
    expect(end.events).toEqual([
      ['binary', '01'],
      ['binary', '02'],
      ['binary', 'aabb'],
    ]);
  });

  // @rfc 7692-6.1-2
  it('may leave a message alone', () => {
    const silent: Extension = { name: 'silent', encode: () => undefined };
    const nothing: Extension = { name: 'nothing' };
    const end = openEnd(role, { extensions: [silent, nothing] });
    end.protocol.send('x');
    end.protocol.send(new PreparedMessage(utf8('y'), webText));
    expect(end.sent()).toEqual([seen(TEXT, '78'), seen(BINARY, '79')]);
  });

  // @rfc 7692-6.2-1
  it('gets messages whole, however they were fragmented and cut', () => {
    const bytes = concat(
      frameFor(role, TEXT, hex('aa'), { fin: false, rsv: RSV1 }),
      frameFor(role, PING, utf8('')),
      frameFor(role, CONTINUATION, utf8('ü').subarray(0, 1), { fin: false }),
      frameFor(role, CONTINUATION, utf8('ü').subarray(1)),
      frameFor(role, BINARY, hex('aa0102'), { rsv: RSV1 }),
    );
    for (const [how, chunks] of cuttings(bytes)) {
      const end = openEnd(role, { extensions: [marking(0xaa, RSV1)] });
      for (const chunk of chunks) end.feed(chunk);
      expect(end.events, how).toEqual([
        ['text', 'ü'],
        ['binary', '0102'],
      ]);
    }
  });

  it('gives its messages as bytes or as one part, when these are asked for', () => {
    const text = frameFor(role, TEXT, concat(hex('aa'), utf8('ä')), { rsv: RSV1 });
    const binary = frameFor(role, BINARY, hex('aa07'), { rsv: RSV1 });
    const asBytes = openEnd(role, { extensions: [marking(0xaa, RSV1)], textAs: 'bytes' });
    asBytes.feed(concat(text, binary));
    expect(asBytes.events).toEqual([
      ['binary', 'c3a4'],
      ['binary', '07'],
    ]);
    const inParts = openEnd(role, { extensions: [marking(0xaa, RSV1)], inParts: true });
    inParts.feed(concat(text, binary));
    expect(inParts.events).toEqual([
      ['part', TEXT, 'c3a4', true],
      ['part', BINARY, '07', true],
    ]);
  });

  it('cannot make text of what is not UTF-8', () => {
    const end = openEnd(role, { extensions: [marking(0xaa, RSV1)] });
    end.feed(frameFor(role, TEXT, hex('aaff'), { rsv: RSV1 }));
    expect(end.protocol.brokenRule?.code).toBe('text-not-utf8');
  });

  it('can refuse a message with a violation of its own, which closes the connection once', () => {
    const end = openEnd(role, { extensions: [marking(0xaa, RSV1)] });
    end.feed(concat(frameFor(role, BINARY, hex('bb'), { rsv: RSV1 }), frameFor(role, TEXT, utf8('x'))));
    expect(end.protocol.brokenRule?.code).toBe('mark-missing');
    expect(end.sent()[0]?.payload.slice(0, 4)).toBe('03ef');
    end.protocol.transportEnded();
    expect(end.events).toEqual([['ended', { code: 1007, reason: RULE.message, clean: false, by: 'local' }]]);
  });

  it('is told the limit, and held to it', () => {
    const asked: number[] = [];
    const growing = marking(0xaa, RSV1, {
      decode: ({ payload }, maxBytes) => {
        asked.push(maxBytes);
        return new Uint8Array(payload[1] ?? 0);
      },
    });
    const end = openEnd(role, { extensions: [growing], limits: { maxMessageBytes: 100 } });
    end.feed(frameFor(role, BINARY, hex('aa64'), { rsv: RSV1 }));
    expect(end.events).toEqual([['binary', '00'.repeat(100)]]);
    end.feed(frameFor(role, BINARY, hex('aa65'), { rsv: RSV1 }));
    expect(asked).toEqual([100, 100]);
    expect(end.protocol.brokenRule?.code).toBe('message-too-big');
  });

  it('may take a little more on the wire than the longest message, and only with its bit', () => {
    const limits = { maxMessageBytes: 256 };
    const extensions = [marking(0, RSV1, { decode: () => utf8('small') })];
    for (const [length, rsv, taken] of [
      [321, RSV1, true],
      [322, RSV1, false],
      [256, 0, true],
      [257, 0, false],
    ] as const) {
      const end = openEnd(role, { limits, extensions });
      end.feed(frameFor(role, BINARY, new Uint8Array(length), { rsv }));
      expect(end.protocol.state, `${length}`).toBe(taken ? 'open' : 'failed');
    }
  });

  // @rfc 7692-6.1-4
  it('has bits on no other kind of frame than it claimed', () => {
    for (const frame of [
      frameFor(role, BINARY, hex('aa'), { rsv: RSV2 }),
      frameFor(role, PING, utf8(''), { rsv: RSV1 }),
      concat(
        frameFor(role, BINARY, hex('aa'), { rsv: RSV1, fin: false }),
        frameFor(role, CONTINUATION, hex(''), { rsv: RSV1 }),
      ),
    ]) {
      const end = openEnd(role, { extensions: [marking(0xaa, RSV1)] });
      end.feed(frame);
      expect(end.protocol.brokenRule?.code).toBe('reserved-bit');
    }
  });

  it('exchanges frames of its own, data and control', () => {
    const own = framing(3, 12);
    const end = openEnd(role, { extensions: [own] });
    end.feed(
      concat(
        frameFor(role, 3, hex('01'), { fin: false }),
        frameFor(role, 12, hex('0203')),
        frameFor(role, CONTINUATION, hex('04')),
        frameFor(role, TEXT, utf8('x')),
      ),
    );
    expect(own.frames).toEqual([
      [12, '0203'],
      [3, '0104'],
    ]);
    expect(end.events).toEqual([['text', 'x']]);
    expect(end.protocol.sendExtensionFrame(3, hex('05'))).toBe('ok');
    expect(end.protocol.sendExtensionFrame(12, new Uint8Array(125))).toBe('ok');
    expect(framesIgnoringBits(role, end.take())).toEqual([
      [3, 0, '05'],
      [12, 0, '00'.repeat(125)],
    ]);
  });

  it.each([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])('may have the reserved opcode %i', (opcode) => {
    const own = framing(opcode);
    const end = openEnd(role, { extensions: [own] });
    end.feed(frameFor(role, opcode, hex('01')));
    expect(own.frames).toEqual([[opcode, '01']]);
    expect(end.protocol.sendExtensionFrame(opcode, hex('02'))).toBe('ok');
    expect(framesIgnoringBits(role, end.take())).toEqual([[opcode, 0, '02']]);
  });

  it('can refuse a frame of its own', () => {
    for (const opcode of [3, 12]) {
      const end = openEnd(role, { extensions: [framing(3, 12)] });
      end.feed(frameFor(role, opcode, hex('ee')));
      expect(end.protocol.brokenRule?.code).toBe('frame-wrong');
    }
  });

  it('may ignore frames that it claims', () => {
    const end = openEnd(role, { extensions: [{ name: 'deaf', opcodes: [11, 4] }] });
    end.feed(concat(frameFor(role, 11, utf8('')), frameFor(role, 4, utf8('x')), frameFor(role, TEXT, utf8('y'))));
    expect(end.events).toEqual([['text', 'y']]);
  });

  it('may claim a bit that it has nothing to undo for', () => {
    const end = openEnd(role, {
      extensions: [{ name: 'nothing' }, { name: 'flag', reservedBits: { start: RSV2, continuation: 0, control: 0 } }],
    });
    end.feed(frameFor(role, BINARY, hex('01'), { rsv: RSV2 }));
    expect(end.events).toEqual([['binary', '01']]);
  });

  it('does not let another’s opcode in', () => {
    const end = openEnd(role, { extensions: [framing(3)] });
    end.feed(frameFor(role, 4, utf8('')));
    expect(end.protocol.brokenRule?.code).toBe('reserved-opcode');
  });

  it('is closed once, when the connection has ended, and gets nothing after that', () => {
    const own = framing(12);
    const end = openEnd(role, {
      extensions: [own, marking(0xaa, RSV1)],
      stop: ({ protocol }) => {
        protocol.terminate();
        return false;
      },
    });
    end.feed(concat(frameFor(role, 12, hex('01')), frameFor(role, TEXT, utf8('x')), frameFor(role, 12, hex('02'))));
    end.protocol.transportEnded();
    end.protocol.terminate();
    expect(own.frames).toEqual([[12, '01']]);
    expect(own.ends).toEqual([1]);
  });

  it('is closed only at the end, not when closing begins', () => {
    const own = framing(12);
    const end = openEnd(role, { extensions: [own] });
    end.feed(closeFor(role, 1000));
    expect(own.ends).toEqual([]);
    end.protocol.transportEnded();
    expect(own.ends).toEqual([0]);
  });

  it('leaves messages in parts alone', () => {
    const end = openEnd(role, { extensions: [marking(0xaa, RSV1)] });
    end.protocol.sendPart('a', false);
    end.protocol.sendPart('b', true);
    expect(end.sent()).toEqual([seen(TEXT, '61', false), seen(CONTINUATION, '62')]);
  });

  it('sends no frame with an opcode that it did not claim, or in the middle of a message', () => {
    const end = openEnd(role, { extensions: [framing(3, 12)] });
    for (const opcode of [0, 1, 4, 8, 11, 16, 19, 35, -13, 44]) {
      expect(() => end.protocol.sendExtensionFrame(opcode, utf8(''))).toThrow(/no agreed extension claims/);
    }
    expect(() => openEnd(role).protocol.sendExtensionFrame(3, utf8(''))).toThrow(RangeError);
    expect(() => end.protocol.sendExtensionFrame(12, new Uint8Array(126))).toThrow(RangeError);
    expect(() => end.protocol.sendExtensionFrame(3, 'x' as never)).toThrow(TypeError);
    end.protocol.sendPart('a', false);
    expect(() => end.protocol.sendExtensionFrame(3, utf8(''))).toThrow(/last part/);
    expect(end.protocol.sendExtensionFrame(12, utf8(''))).toBe('ok');
    end.protocol.transportEnded();
    expect(end.protocol.sendExtensionFrame(3, utf8(''))).toBe('closed');
  });

  it('is told what the sender asks about compressing', () => {
    const asked: (boolean | undefined)[] = [];
    const curious: Extension = {
      name: 'curious',
      encode({ compress }: ExtensionMessage) {
        asked.push(compress);
        return undefined;
      },
    };
    const end = openEnd(role, { extensions: [curious] });
    end.protocol.send('x', BINARY, true);
    end.protocol.send('x', BINARY, false);
    end.protocol.send('x');
    end.protocol.send(new PreparedMessage('x', webText), BINARY, true);
    expect(asked).toEqual([true, false, undefined, true]);
  });

  it('encodes a prepared message once for all connections on which it does the same', () => {
    let encoded = 0;
    const sharing = (shareKey: string | undefined): Extension =>
      marking(0xaa, RSV1, {
        shareKey,
        encode: ({ payload }) => {
          encoded++;
          return { payload: concat(hex('aa'), payload), rsv: RSV1 };
        },
      });
    const prepared = new PreparedMessage('x', webText);
    const counts = ['same', 'same', 'other', undefined, undefined].map((shareKey) => {
      const end = openEnd(role, { extensions: [sharing(shareKey), framing(12)] });
      end.protocol.send(prepared);
      end.protocol.send(prepared);
      const [one, two] = framesIgnoringBits(role, end.take());
      expect(one).toEqual([TEXT, RSV1, 'aa78']);
      expect(two).toEqual(one);
      return encoded;
    });
    expect(counts).toEqual([1, 1, 2, 4, 6]);
  });

  it('shares a prepared message that it leaves alone as it is', () => {
    const leaves: Extension = { name: 'leaves', shareKey: 'k', encode: () => undefined };
    const prepared = new PreparedMessage('x', webText);
    const end = openEnd(role, { extensions: [leaves] });
    end.protocol.send(prepared);
    end.protocol.send(prepared, BINARY, true);
    expect(end.sent()).toEqual([seen(TEXT, '78'), seen(TEXT, '78')]);
  });
});

describe('RFC 6455 §9.1, extensions that cannot be agreed together', () => {
  const conflicts: [string, Extension[], RegExp][] = [
    ['the same bit', [marking(1, RSV1), marking(2, RSV1)], /mark-2 claims a reserved bit/],
    ['the same opcode', [framing(3), framing(3)], /claims opcode 3, already claimed/],
    ['the same opcode twice', [framing(12, 12)], /claims opcode 12, already claimed/],
    ...[0, 1, 2, 8, 9, 10, 16].map(
      (opcode) => [`opcode ${opcode}`, [framing(opcode)], /not reserved/] as [string, Extension[], RegExp],
    ),
  ];

  it.each(conflicts)('are refused: %s', (_, extensions, message) => {
    for (const role of ROLES) expect(() => openEnd(role, { extensions })).toThrow(message);
  });

  it('may share a bit on different kinds of frames', () => {
    const control: Extension = { name: 'control', reservedBits: { start: 0, continuation: 0, control: RSV1 } };
    const continuation: Extension = { name: 'more', reservedBits: { start: 0, continuation: RSV1, control: 0 } };
    const end = openEnd('client', { extensions: [marking(1, RSV1), control, continuation] });
    end.feed(frameFor('client', PING, utf8(''), { rsv: RSV1 }));
    expect(end.protocol.state).toBe('open');
  });
});

/** The frames that an end of this role wrote, whatever their opcodes and bits: `[opcode, rsv, payload]`. */
function framesIgnoringBits(role: Role, bytes: Uint8Array): [number, number, string][] {
  const any = { reservedBits: { start: 7, continuation: 7, control: 7 }, extensionOpcodes: 0xffff };
  const { frames } = decodeChunks(otherRole(role), [bytes], any);
  return frames.map(({ opcode, rsv, payload }) => [opcode, rsv, payload]);
}
