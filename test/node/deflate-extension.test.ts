import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import type { DeflateAgreement } from '../../src/handshake/index.ts';
import { answerDeflate, offersOf, PermessageDeflate, windowBytes } from '../../src/node/deflate.ts';
import { type DeflateOptions, type DeflateSettings, resolveDeflate } from '../../src/node/deflate-options.ts';
import { resolveConnection } from '../../src/node/options.ts';
import { SlidingWindow } from '../../src/node/sliding-window.ts';
import { toHex } from '../support/wire.ts';
import { jsonOf, StreamingInflate } from './deflate-streams.ts';

const TAKES_OVER: DeflateAgreement = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 12,
  clientMaxWindowBits: 10,
};
const FRESH: DeflateAgreement = { ...TAKES_OVER, serverNoContextTakeover: true, clientNoContextTakeover: true };

function settingsOf(options: DeflateOptions = {}): DeflateSettings {
  const settings = resolveDeflate(options);
  if (settings === undefined) throw new Error('it is off');
  return settings;
}

const binary = (payload: Uint8Array, compress?: boolean) => ({ opcode: Opcode.BINARY, payload, compress });

/** What was done at once, as with all but large messages. */
function now<T>(result: T | Promise<T>): T {
  if (result instanceof Promise) throw new Error('it is done elsewhere');
  return result;
}

describe('permessage-deflate as an extension', () => {
  // @rfc 7692-6.1-1 7692-6.1-3
  it('has RSV1, and only on the first frame of a message (RFC 7692 §6)', () => {
    const { reservedBits, name } = new PermessageDeflate('server', FRESH, settingsOf());
    expect(reservedBits).toEqual({ start: 4, continuation: 0, control: 0 });
    expect(name).toBe('permessage-deflate');
  });

  // @rfc 7692-6.1-2
  it('leaves alone what is shorter than the threshold', () => {
    const deflate = new PermessageDeflate('server', FRESH, settingsOf());
    expect(deflate.encode(binary(jsonOf(1023)))).toBeUndefined();
    expect(deflate.encode(binary(jsonOf(1024)))).toMatchObject({ rsv: 4 });
    const all = new PermessageDeflate('server', FRESH, settingsOf({ threshold: 0 }));
    expect(all.encode(binary(Buffer.alloc(20)))).toMatchObject({ rsv: 4 });
  });

  it('does what the sender says about one message', () => {
    const deflate = new PermessageDeflate('server', FRESH, settingsOf());
    expect(deflate.encode(binary(jsonOf(5000), false))).toBeUndefined();
    expect(deflate.encode(binary(jsonOf(500), true))).toMatchObject({ rsv: 4 });
  });

  it('sends as it is what would not become shorter, and the window does not move', () => {
    const [sender, receiver] = [
      new PermessageDeflate('server', TAKES_OVER, settingsOf({ threshold: 0 })),
      new PermessageDeflate('client', TAKES_OVER, settingsOf({ threshold: 0 })),
    ];
    const first = jsonOf(2000);
    const noise = randomBytes(2000);
    for (const message of [first, noise, Buffer.alloc(0), Buffer.from('x'), jsonOf(2000, 1), first]) {
      const encoded = now(sender.encode(binary(message)));
      if (encoded === undefined) continue;
      expect(Buffer.compare(now(receiver.decode(binary(encoded.payload), 10_000)), message)).toBe(0);
    }
    expect(sender.encode(binary(noise))).toBeUndefined();
    expect(sender.encode(binary(Buffer.alloc(0)))).toBeUndefined();
  });

  // @rfc 7692-7.2.1-4 7692-7.2.1-5 7692-7.2.2-1 7692-7.2.2-2
  it.each([
    ['the server', 'server', 'client', { serverNoContextTakeover: true }],
    ['the client', 'client', 'server', { clientNoContextTakeover: true }],
  ] as const)('takes the window over in both directions, or only in the one agreed: %s', (_, own, peer, fresh) => {
    for (const agreement of [TAKES_OVER, { ...TAKES_OVER, ...fresh }]) {
      const takesOver = agreement === TAKES_OVER;
      const sender = new PermessageDeflate(own, agreement, settingsOf({ threshold: 0 }));
      const receiver = new PermessageDeflate(peer, agreement, settingsOf());
      const message = jsonOf(600);
      const sizes = [1, 2, 3].map(() => {
        const { payload } = now(sender.encode(binary(message))) ?? expect.fail('it was left alone');
        expect(toHex(now(receiver.decode(binary(payload), 1024)))).toBe(toHex(message));
        return payload.length;
      });
      expect(sizes.map((size) => size < sizes[0]! / 4)).toEqual([false, takesOver, takesOver]);
      expect(sender.shareKey === undefined).toBe(takesOver);
    }
  });

  // @rfc 7692-7.2.1-6 7692-7.2.1-7 7692-7.2.2-6
  it('never refers back further than was agreed, though its own limit is higher', async () => {
    const agreement = { ...TAKES_OVER, serverMaxWindowBits: 9 };
    const deflate = new PermessageDeflate('server', agreement, settingsOf({ windowBits: 15 }));
    const reader = new StreamingInflate(9);
    for (const message of [jsonOf(3000), jsonOf(1100, 2), jsonOf(3000)]) {
      const { payload } = now(deflate.encode(binary(message))) ?? expect.fail('it was left alone');
      expect((await reader.message(payload)).equals(message)).toBe(true);
    }
    reader.close();
  });

  it('has the same key exactly where messages come out the same', () => {
    const keyOf = (options: DeflateOptions, agreement: Partial<DeflateAgreement> = {}) =>
      new PermessageDeflate('server', { ...FRESH, ...agreement }, settingsOf(options)).shareKey;
    expect(keyOf({})).toBe(keyOf({ clientNoContextTakeover: true }, { clientMaxWindowBits: 9 }));
    const keys = [keyOf({}), keyOf({ level: 9 }), keyOf({ memLevel: 1 }), keyOf({ threshold: 1 })];
    expect(new Set([...keys, keyOf({}, { serverMaxWindowBits: 9 })]).size).toBe(5);
  });
});

describe('a sliding window', () => {
  it('holds the last bytes, copied, in no more memory than its size', () => {
    const window = new SlidingWindow(1024);
    let all = Buffer.alloc(0);
    for (const bytes of [0, 1, 300, 5, 700, 17, 1, 1024, 1025, 5000, 3, 1023]) {
      const added = jsonOf(bytes, bytes);
      window.add(added);
      all = Buffer.concat([all, added]);
      added.fill(0);
      expect(toHex(window.bytes)).toBe(toHex(all.subarray(-1024)));
      expect(window.bytes.buffer.byteLength).toBeLessThanOrEqual(1024);
    }
  });

  it('takes little memory while little went through', () => {
    const window = new SlidingWindow(32_768);
    expect(window.bytes.buffer.byteLength).toBe(0);
    window.add(Buffer.alloc(200));
    expect(window.bytes.buffer.byteLength).toBe(256);
  });
});

describe('the budget for windows', () => {
  const offer = { name: 'permessage-deflate', params: [['client_max_window_bits', true]] as const };

  it('counts each direction that takes over', () => {
    expect(windowBytes(FRESH)).toBe(0);
    expect(windowBytes(TAKES_OVER)).toBe(4096 + 1024);
    expect(windowBytes({ ...TAKES_OVER, serverNoContextTakeover: true })).toBe(1024);
  });

  it('declines offers once it is spent, and takes them again when windows were given back', () => {
    const settings = settingsOf({ budgetBytes: 2 * 4096 });
    const open = () => {
      const answer = answerDeflate([offer], settings);
      return answer && new PermessageDeflate('server', answer.agreement, settings);
    };
    const [first, second] = [open(), open()];
    expect(open()).toBeUndefined();
    expect(settings.budget.used).toBe(8192);
    first?.close();
    first?.close();
    expect(settings.budget.used).toBe(4096);
    open()?.close();
    second?.close();
    expect(settings.budget.used).toBe(0);
  });

  it('has room for offers that need none, even when it is spent', () => {
    const settings = settingsOf({ budgetBytes: 1 });
    expect(answerDeflate([offer], settings)).toBeUndefined();
    const fresh = { ...offer, params: [['client_no_context_takeover', true]] as const };
    expect(answerDeflate([offer, fresh], settings)?.agreement.clientNoContextTakeover).toBe(true);
  });

  it('keeps a client from offering what would not fit', () => {
    expect(offersOf(settingsOf({ budgetBytes: 4095 }))).toEqual([]);
    expect(offersOf(settingsOf({ budgetBytes: 4096 }))).toHaveLength(1);
    expect(offersOf(undefined)).toEqual([]);
  });

  it('never leads to a window longer than our own limit: a client without that parameter sends each message by itself', () => {
    const plain = { name: 'permessage-deflate', params: [] };
    expect(answerDeflate([plain], settingsOf())?.agreement).toEqual({
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 12,
      clientMaxWindowBits: 15,
    });
    expect(answerDeflate([plain], settingsOf({ windowBits: 15 }))?.agreement.clientNoContextTakeover).toBe(false);
  });

  it('is shared by the routes of a server unless one has its own', () => {
    const server = resolveConnection({ deflate: { budgetBytes: 100 } }, {}).deflate;
    const settings = [{}, { deflate: true }, { deflate: { level: 1 } }, { deflate: { budgetBytes: 7 } }].map(
      (options) => resolveConnection(options, { deflate: false }, server).deflate,
    );
    expect(settings.map((one) => one?.budget.limit)).toEqual([100, 100, 100, 7]);
    expect(settings.slice(0, 3).every((one) => one?.budget === server?.budget)).toBe(true);
    expect(resolveConnection({ deflate: false }, {}, server).deflate).toBeUndefined();
  });
});

describe('the options of deflate', () => {
  // @rfc 7692-7.3-1
  it('are off, and with true the defaults', () => {
    expect(resolveDeflate(undefined)).toBeUndefined();
    expect(resolveDeflate(false)).toBeUndefined();
    const settings = resolveDeflate(true);
    expect(settings).toMatchObject({
      wish: {
        serverNoContextTakeover: true,
        clientNoContextTakeover: false,
        serverMaxWindowBits: 12,
        clientMaxWindowBits: 12,
      },
      threshold: 1024,
      budget: { limit: 64 * 1024 * 1024 },
    });
    expect(resolveDeflate({})).toEqual(settings);
  });

  it.each([
    ...[7, 16, 12.5, '12', Number.NaN].map((windowBits) => [{ windowBits }, RangeError, 'windowBits'] as const),
    ...[0, 10, 1.5, '6'].map((level) => [{ level }, RangeError, 'level'] as const),
    ...[0, 10].map((memLevel) => [{ memLevel }, RangeError, 'memLevel'] as const),
    ...[-1, 1.5, '1'].map((threshold) => [{ threshold }, RangeError, 'threshold'] as const),
    ...[0, -1].map((budgetBytes) => [{ budgetBytes }, RangeError, 'budgetBytes'] as const),
    [{ serverNoContextTakeover: 1 }, TypeError, 'serverNoContextTakeover'],
    [{ clientNoContextTakeover: null }, TypeError, 'clientNoContextTakeover'],
    [{ thresholdBytes: 1 }, TypeError, 'thresholdBytes'],
    ['yes', TypeError, 'deflate'],
    [null, TypeError, 'deflate'],
    [15, TypeError, 'deflate'],
  ] as [unknown, typeof TypeError, string][])('are checked: %o', (given, kind, name) => {
    const resolve = () => resolveDeflate(given as unknown as DeflateOptions);
    expect(resolve).toThrow(kind);
    expect(resolve).toThrow(name);
  });

  it.each([8, 9, 15])('take any window: %i', (windowBits) => {
    const { wish } = settingsOf({ windowBits });
    expect(wish).toMatchObject({ serverMaxWindowBits: windowBits, clientMaxWindowBits: windowBits });
  });

  it.each([0, 1, Infinity])('take any threshold: %d', (threshold) => {
    expect(settingsOf({ threshold }).threshold).toBe(threshold);
  });
});
