import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { type Extension, type ExtensionMessage, PreparedMessage, Protocol } from '../../src/protocol/index.ts';
import { webText } from '../support/text.ts';
import { concat, toHex } from '../support/wire.ts';

/** Sets RSV2 and turns every bit of the payload over, unless a message asks not to be compressed. */
class Inverter implements Extension {
  readonly name = 'inverter';
  readonly reservedBits = { start: 2, continuation: 0, control: 0 };
  readonly shareKey: string | undefined;
  readonly seen: ExtensionMessage[] = [];

  constructor(shareKey?: string) {
    this.shareKey = shareKey;
  }

  encode(message: ExtensionMessage) {
    this.seen.push(message);
    if (message.compress === false) return undefined;
    return { payload: message.payload.map((byte) => byte ^ 0xff), rsv: 2 };
  }
}

function connect(role: 'server' | 'client', ...extensions: Extension[]): Protocol {
  const handler = { message: () => false, pong: () => {}, ended: () => {} };
  return new Protocol({ role, handler, text: webText, now: 0, nextMaskKey: () => 0, extensions });
}

function written(protocol: Protocol): string {
  return toHex(concat(...protocol.outbox.take()));
}

describe('RFC 6455 §9, a message on its way through extensions', () => {
  it.each([undefined, true, false])('tells them what its sender asks of compression: %s', (compress) => {
    const inverter = new Inverter();
    const protocol = connect('server', inverter);
    protocol.send('ab', Opcode.TEXT, compress);
    expect(inverter.seen).toEqual([{ opcode: Opcode.TEXT, payload: Uint8Array.of(0x61, 0x62), compress }]);
    expect(written(protocol)).toBe(compress === false ? '81026162' : 'a1029e9d');
  });
});

describe('a prepared message and extensions', () => {
  it.each(['server', 'client'] as const)('is encoded once for all connections of a %s with one key', (role) => {
    const inverters = [new Inverter('a'), new Inverter('a'), new Inverter('b')];
    const prepared = new PreparedMessage(Uint8Array.of(0x0f, 0xf0), webText);
    const frames = inverters.map((inverter) => {
      const protocol = connect(role, inverter);
      protocol.send(prepared);
      protocol.send(prepared, Opcode.BINARY, false);
      return written(protocol);
    });
    const each = role === 'server' ? 'a202f00f82020ff0' : 'a28200000000f00f8282000000000ff0';
    expect(frames).toEqual([each, each, each]);
    expect(inverters.map(({ seen }) => seen.length)).toEqual([2, 0, 2]);
  });

  it('is not shared by extensions whose keys only look alike one behind the other', () => {
    const prepared = new PreparedMessage('x', webText);
    const chains = [
      ['a', 'bc'],
      ['ab', 'c'],
    ].map(([first, second]): Extension[] => [
      { ...new Inverter(first), encode: ({ payload }) => ({ payload, rsv: first === 'a' ? 2 : 0 }) },
      { name: 'other', shareKey: second, encode: () => undefined },
    ]);
    const frames = chains.map((chain) => {
      const protocol = connect('server', ...chain);
      protocol.send(prepared);
      return written(protocol);
    });
    expect(frames).toEqual(['a10178', '810178']);
  });

  it.each([
    ['bits alone', ({ payload }: ExtensionMessage) => ({ payload, rsv: 2 }), 'a10178'],
    ['the payload alone', () => ({ payload: Uint8Array.of(0x79), rsv: 0 }), '810179'],
  ])('has a frame of its own behind extensions that change %s', (_, encode, frame) => {
    const protocol = connect('server', { ...new Inverter('a'), encode });
    protocol.send(new PreparedMessage('x', webText));
    expect(written(protocol)).toBe(frame);
  });

  it('is encoded for each connection when one of its extensions has no key', () => {
    const other: Extension = { name: 'other', encode: () => undefined };
    const inverters = [new Inverter('a'), new Inverter('a')];
    const prepared = new PreparedMessage('x', webText);
    for (const inverter of inverters) {
      const protocol = connect('server', inverter, other);
      protocol.send(prepared);
      expect(written(protocol)).toBe('a10187');
    }
    expect(inverters.map(({ seen }) => seen.length)).toEqual([1, 1]);
  });

  it('is its own frame where extensions leave it alone', () => {
    const prepared = new PreparedMessage('x'.repeat(20_000), webText);
    const watcher: Extension = { name: 'watcher', close: () => {} };
    for (const protocol of [connect('server', watcher), connect('server', watcher)]) {
      protocol.send(prepared);
      expect(protocol.outbox.take()[0]).toBe(prepared.frame);
    }
  });
});
