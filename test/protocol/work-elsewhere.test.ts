import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Opcode, ProtocolViolation } from '../../src/codec/index.ts';
import { type Extension, MemoryBudget, PreparedMessage, Protocol } from '../../src/protocol/index.ts';
import { closeFor, closeHex, frameFor, openEnd, seen } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, hex, ROLES, toHex, utf8 } from '../support/wire.ts';

const { TEXT, BINARY, CONTINUATION, PING, CLOSE } = Opcode;
const RSV1 = 4;
const SLOW = 0x73;

/** Turns every bit over, elsewhere for messages that begin with `s`: done when told to, in any order. */
class Elsewhere implements Extension {
  readonly name = 'elsewhere';
  readonly reservedBits = { start: RSV1, continuation: 0, control: 0 };
  readonly shareKey: string | undefined;
  readonly waiting: (() => void)[] = [];
  encodings = 0;

  constructor(shareKey?: string) {
    this.shareKey = shareKey;
  }

  encode({ payload }: { readonly payload: Uint8Array }) {
    this.encodings++;
    return this.#when(payload[0] === SLOW, () => ({ payload: payload.map((byte) => byte ^ 0xff), rsv: RSV1 }));
  }

  decode({ payload }: { readonly payload: Uint8Array }) {
    const plain = payload.map((byte) => byte ^ 0xff);
    return this.#when(plain[0] === SLOW, () => {
      if (plain[1] === 0x21)
        throw new ProtocolViolation('no', { closeCode: 1007, section: 'of its own', message: 'no' });
      return plain;
    });
  }

  /** Finishes what is in work, and what begins because of that. */
  async finish(): Promise<void> {
    while (this.waiting.length > 0) {
      for (const done of this.waiting.splice(0)) done();
      await settled();
    }
  }

  #when<T>(slow: boolean, work: () => T): T | Promise<T> {
    if (!slow) return work();
    return new Promise<void>((resolve) => this.waiting.push(resolve)).then(work);
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const turned = (text: string): string => toHex(utf8(text).map((byte) => byte ^ 0xff));

describe.each(ROLES)('RFC 6455 §9, work of an extension elsewhere: what a %s sends', (role) => {
  it('stays in order behind it: messages, parts and the close frame; control frames do not wait', async () => {
    const extension = new Elsewhere();
    const end = openEnd(role, { extensions: [extension] });
    const { protocol } = end;
    const bytes = utf8('bytes');
    for (const data of ['slow', 'text', bytes, new PreparedMessage('prep', webText), 'sl']) protocol.send(data);
    bytes.fill(0);
    protocol.sendPart('pa', false);
    protocol.sendPart('rt', true);
    protocol.ping(0, utf8('p'));
    protocol.close(0, 1000, 'bye');
    expect(end.sent()).toEqual([seen(PING, toHex(utf8('p')))]);
    expect([protocol.state, protocol.endRequested]).toEqual(['close-sent', false]);
    expect(protocol.send('late')).toBe('closed');
    await extension.finish();
    const whole = (opcode: number, payload: string) => [opcode, RSV1, turned(payload), true];
    expect(framesOf(role, end.take())).toEqual([
      whole(TEXT, 'slow'),
      whole(TEXT, 'text'),
      whole(BINARY, 'bytes'),
      whole(TEXT, 'prep'),
      whole(TEXT, 'sl'),
      [TEXT, 0, toHex(utf8('pa')), false],
      [CONTINUATION, 0, toHex(utf8('rt')), true],
      [CLOSE, 0, closeHex(1000, 'bye'), true],
    ]);
  });

  it('keeps the place of a frame that an extension sends behind it; a control frame of an extension does not wait', async () => {
    const extension = new Elsewhere();
    const end = openEnd(role, { extensions: [extension, { name: 'own', opcodes: [3, 11] }] });
    const payload = utf8('data');
    end.protocol.send('slow');
    end.protocol.sendExtensionFrame(3, payload);
    end.protocol.sendExtensionFrame(11, utf8('control'));
    payload.fill(0);
    end.protocol.send('x');
    expect(framesOf(role, end.take())).toEqual([[11, 0, toHex(utf8('control')), true]]);
    await extension.finish();
    expect(framesOf(role, end.take())).toEqual([
      [TEXT, RSV1, turned('slow'), true],
      [3, 0, toHex(utf8('data')), true],
      [TEXT, RSV1, turned('x'), true],
    ]);
  });

  it('counts as buffered until it is out: pressured above high water, dropped at the cap', async () => {
    const extension = new Elsewhere();
    const limits = { highWaterBytes: 20, sendQueueBytes: 40, maxMessageBytes: 40 };
    const end = openEnd(role, { extensions: [extension], limits });
    const { protocol } = end;
    expect(protocol.send('s'.repeat(15))).toBe('ok');
    expect(protocol.bufferedBytes).toBe(15);
    expect(protocol.send('ü'.repeat(10))).toBe('pressured');
    expect(protocol.send('x'.repeat(10))).toBe('pressured');
    expect(protocol.bufferedBytes).toBe(45);
    expect(protocol.send('x')).toBe('dropped');
    await extension.finish();
    expect(protocol.bufferedBytes).toBe(end.take().length);
    expect(protocol.bufferedBytes).toBe(0);
  });

  it('counts bytes and prepared messages by their length, too', async () => {
    const extension = new Elsewhere();
    const { protocol } = openEnd(role, { extensions: [extension] });
    protocol.send('slow');
    protocol.send(new Uint8Array(100));
    expect(protocol.bufferedBytes).toBe(104);
    protocol.send(new PreparedMessage('x'.repeat(200), webText));
    expect(protocol.bufferedBytes).toBe(304);
    await extension.finish();
  });

  it('goes on to the extensions behind with its opcode and what its sender asked of compression', async () => {
    const extension = new Elsewhere();
    const asked: unknown[] = [];
    const behind: Extension = {
      name: 'behind',
      encode: ({ opcode, payload, compress }) => {
        asked.push([opcode, toHex(payload), compress]);
        return undefined;
      },
    };
    const { protocol } = openEnd(role, { extensions: [extension, behind] });
    protocol.send('slow', TEXT, false);
    protocol.send(utf8('s'), BINARY, true);
    await extension.finish();
    expect(asked).toEqual([
      [TEXT, turned('slow'), false],
      [BINARY, turned('s'), true],
    ]);
  });

  it('tells the driver when something has come to the outbox', async () => {
    const extension = new Elsewhere();
    const told: number[] = [];
    const handler = {
      message: () => false,
      pong: () => {},
      ended: () => {},
      continue: () => void told.push(protocol.outbox.bytes),
    };
    const protocol = new Protocol({
      role,
      handler,
      text: webText,
      now: 0,
      nextMaskKey: () => 0,
      extensions: [extension],
    });
    protocol.send('slow');
    protocol.send('quick');
    expect(protocol.outbox.bytes).toBe(0);
    await extension.finish();
    expect(told).toEqual([role === 'server' ? 13 : 21]);
  });

  it('is forgotten when the connection is cut', async () => {
    const extension = new Elsewhere();
    const end = openEnd(role, { extensions: [extension] });
    end.protocol.send('slow');
    end.protocol.send('behind');
    end.protocol.terminate();
    expect(end.protocol.bufferedBytes).toBe(0);
    await extension.finish();
    expect(end.take()).toHaveLength(0);
    expect(extension.encodings).toBe(1);
  });

  it('ends its half of the transport only behind a close frame that had to wait', async () => {
    const extension = new Elsewhere();
    const end = openEnd(role, { extensions: [extension] });
    end.protocol.send('slow');
    end.feed(frameFor(role, TEXT, hex('ff')));
    expect([end.protocol.state, end.protocol.endRequested, end.take().length]).toEqual(['failed', false, 0]);
    await extension.finish();
    expect(end.protocol.endRequested).toBe(true);
    expect(framesOf(role, end.take()).map(([opcode]) => opcode)).toEqual([TEXT, CLOSE]);
  });

  it('encodes a prepared message once for all that wait for it', async () => {
    const extension = new Elsewhere('same');
    const ends = [1, 2, 3].map(() => openEnd(role, { extensions: [extension] }));
    const prepared = new PreparedMessage('slow', webText);
    for (const { protocol } of ends) {
      protocol.send(prepared);
      protocol.send('x');
    }
    await extension.finish();
    ends[0]?.protocol.send(prepared);
    expect(extension.encodings).toBe(1 + ends.length);
    const [first, second] = ends.map((end) => framesOf(role, end.take()));
    const slow = [TEXT, RSV1, turned('slow'), true];
    expect(second).toEqual([slow, [TEXT, RSV1, turned('x'), true]]);
    expect(first).toEqual([...(second ?? []), slow]);
  });
});

describe.each(ROLES)('RFC 6455 §9, work of an extension elsewhere: what a %s receives', (role) => {
  const incoming = (text: string, opcode: number = TEXT): Uint8Array =>
    frameFor(role, opcode, hex(turned(text)), { rsv: RSV1 });

  it('takes nothing more until it is done, then goes on where it stopped', async () => {
    const extension = new Elsewhere();
    const end = openEnd(role, { extensions: [extension] });
    const { protocol } = end;
    const [first, rest] = [incoming('slow'), concat(incoming('next', BINARY), closeFor(role, 1000))];
    expect(protocol.receive(concat(first, rest), 0)).toBe(first.length);
    expect([protocol.decoding, protocol.receive(rest, 0), end.events]).toEqual(['working', 0, []]);
    await extension.finish();
    expect([protocol.decoding, end.events]).toEqual(['done', []]);
    expect(protocol.receive(rest, 0)).toBe(rest.length);
    expect(end.events).toEqual([
      ['text', 'slow'],
      ['binary', toHex(utf8('next'))],
    ]);
    expect([protocol.decoding, protocol.state]).toEqual(['none', 'exchanged']);
  });

  it('is binary when it was, and goes on to the extensions before', async () => {
    const extension = new Elsewhere();
    const end = openEnd(role, { extensions: [bits(new Elsewhere(), 2), extension] });
    const once = hex(turned('slow'));
    end.protocol.receive(frameFor(role, BINARY, once, { rsv: RSV1 }), 0);
    await extension.finish();
    end.protocol.receive(frameFor(role, BINARY, once, { rsv: RSV1 | 2 }), 0);
    await extension.finish();
    end.protocol.receive(new Uint8Array(0), 0);
    expect(end.events).toEqual([
      ['binary', toHex(utf8('slow'))],
      ['binary', turned('slow')],
    ]);
  });

  it('lets the close frame behind it be found when the handler closes, though it stops', async () => {
    const extension = new Elsewhere();
    const end = openEnd(role, {
      extensions: [extension],
      stop: ({ protocol }) => {
        protocol.close(0, 1000);
        return true;
      },
    });
    const rest = closeFor(role, 1001);
    end.protocol.receive(concat(incoming('slow'), rest), 0);
    await extension.finish();
    expect(end.protocol.receive(rest, 0)).toBe(rest.length);
    expect(end.protocol.state).toBe('exchanged');
  });

  it('is told to nobody once the connection has ended', async () => {
    const extension = new Elsewhere();
    let told = 0;
    const handler = { message: () => false, pong: () => {}, ended: () => {}, continue: () => void told++ };
    const options = { role, handler, text: webText, now: 0, nextMaskKey: () => 0 };
    const protocol = new Protocol({ ...options, extensions: [extension] });
    protocol.receive(incoming('slow'), 0);
    protocol.terminate();
    await extension.finish();
    expect(told).toBe(0);
  });

  it('stops behind it when the handler says so', async () => {
    const extension = new Elsewhere();
    const end = openEnd(role, { extensions: [extension], stop: () => true });
    end.protocol.receive(incoming('slow'), 0);
    await extension.finish();
    expect(end.protocol.receive(incoming('x'), 0)).toBe(0);
    expect(end.events).toEqual([['text', 'slow']]);
  });

  it('fails the connection for what the extension finds, checks text, and holds to the limit', async () => {
    for (const [message, code] of [
      [utf8('s!'), 1007],
      [hex('73ff'), 1007],
      [utf8('s'.repeat(11)), 1009],
    ] as const) {
      const extension = new Elsewhere();
      const end = openEnd(role, { extensions: [extension], limits: { maxMessageBytes: 10 } });
      const payload = message.map((byte) => byte ^ 0xff);
      end.protocol.receive(frameFor(role, TEXT, payload, { rsv: RSV1 }), 0);
      await extension.finish();
      end.protocol.receive(new Uint8Array(0), 0);
      expect(end.protocol.brokenRule?.closeCode).toBe(code);
      expect(end.events).toEqual([]);
    }
  });

  it('forgets it when this end closes or the transport goes; the close frame behind it is still found', async () => {
    const extension = new Elsewhere();
    const end = openEnd(role, { extensions: [extension] });
    end.protocol.receive(incoming('slow'), 0);
    end.protocol.close(0, 1000);
    expect(end.protocol.decoding).toBe('none');
    end.feed(closeFor(role, 1001));
    expect(end.protocol.state).toBe('exchanged');
    await extension.finish();
    end.protocol.transportEnded();
    expect(end.events).toEqual([['ended', { code: 1001, reason: '', clean: true, by: 'local' }]]);
  });

  it('counts towards the budget of unfinished messages until the work is over', async () => {
    const extension = new Elsewhere();
    const partialMessages = new MemoryBudget(1000);
    const end = openEnd(role, { extensions: [extension], partialMessages });
    end.protocol.receive(incoming(`s${'x'.repeat(99)}`), 0);
    expect(partialMessages.used).toBe(100);
    end.protocol.terminate();
    expect(partialMessages.used).toBe(100);
    await extension.finish();
    expect(partialMessages.used).toBe(0);
  });
});

describe('RFC 6455 §9, two ends whose extensions work elsewhere', () => {
  it('keep messages in order both ways, whenever the work is done', async () => {
    const message = fc.tuple(fc.constantFrom('s', 'q'), fc.boolean(), fc.nat(40));
    const step = fc.oneof(message, fc.constantFrom('encode', 'decode', 'move', 'ping'));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 1, 2), async (steps, both) => {
        const [encoder, decoder, second] = [new Elsewhere(), new Elsewhere(), new Elsewhere()];
        const more = { ...bits(second, 2) };
        const sender = openEnd('client', { extensions: chainOf(both, encoder, more) });
        let credit = 0;
        const receiver = openEnd('server', {
          extensions: chainOf(both, decoder, bits(second, 2)),
          stop: () => --credit <= 0,
        });
        const sent: unknown[] = [];
        let wire = new Uint8Array(0);
        const move = (): void => {
          credit = 3;
          wire = concat(wire, sender.take()) as Uint8Array<ArrayBuffer>;
          wire = wire.slice(receiver.protocol.receive(wire, 0));
        };
        let count = 0;
        for (const one of steps) {
          if (one === 'encode') await finishOne(encoder);
          else if (one === 'decode') await finishOne(decoder);
          else if (one === 'ping') sender.protocol.ping(0);
          else if (one === 'move') move();
          else {
            const text = `${one[0]}${count++}${'.'.repeat(one[2])}`;
            expect(sender.protocol.send(one[1] ? text : utf8(text))).toBe('ok');
            sent.push(one[1] ? ['text', text] : ['binary', toHex(utf8(text))]);
          }
        }
        for (let i = 0; i < sent.length + 2; i++) {
          for (const extension of [encoder, decoder, second]) await extension.finish();
          move();
        }
        expect(receiver.events).toEqual(sent);
        expect([sender.protocol.bufferedBytes, receiver.protocol.decoding]).toEqual([0, 'none']);
      }),
    );
  });
});

/** The same extension with another bit. */
function bits(extension: Elsewhere, bit: number): Extension {
  return {
    name: `with bit ${bit}`,
    reservedBits: { start: bit, continuation: 0, control: 0 },
    encode: ({ payload }) => {
      const encoded = extension.encode({ payload });
      return encoded instanceof Promise ? encoded.then((so) => ({ ...so, rsv: bit })) : { ...encoded, rsv: bit };
    },
    decode: (message) => extension.decode(message),
  };
}

function chainOf(both: number, one: Extension, other: Extension): Extension[] {
  if (both === 0) return [one];
  return both === 1 ? [one, other] : [other, one];
}

async function finishOne({ waiting }: Elsewhere): Promise<void> {
  waiting.shift()?.();
  await settled();
}

/** Frames with their reserved bits, which the reader of the tests would refuse. */
function framesOf(role: 'server' | 'client', bytes: Uint8Array): [number, number, string, boolean][] {
  const frames: [number, number, string, boolean][] = [];
  for (let at = 0; at < bytes.length; ) {
    const [first = 0, second = 0] = bytes.subarray(at);
    const length = second & 0x7f;
    expect([length < 126, second >> 7]).toEqual([true, role === 'client' ? 1 : 0]);
    const key = bytes.subarray(at + 2, at + (role === 'client' ? 6 : 2));
    const start = at + 2 + key.length;
    const payload = bytes.slice(start, start + length).map((byte, i) => byte ^ (key[i % 4] ?? 0));
    frames.push([first & 15, (first >> 4) & 7, toHex(payload), first >= 0x80]);
    at = start + length;
  }
  return frames;
}
