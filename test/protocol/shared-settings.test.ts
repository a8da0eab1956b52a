import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { type ProtocolSettings, resolveLimits, resolveOptions } from '../../src/protocol/index.ts';
import { closeFor, type EndpointOptions, frameFor, openEnd } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, cutAtRandom, ROLES, type Role, SEED, seeded, utf8 } from '../support/wire.ts';

const { TEXT, BINARY, CONTINUATION, PING } = Opcode;

function settingsFor(role: Role, { limits = {}, inParts = false }: EndpointOptions = {}): ProtocolSettings {
  const handler = { message: () => false, pong() {}, ended() {}, ...(inParts ? { part: () => false } : {}) };
  const nextMaskKey = (): number => 0x01020304;
  return resolveOptions({ role, handler, text: webText, now: 0, nextMaskKey, limits: resolveLimits(limits) });
}

/** What a peer may send, legal or not, each time something else. */
function streamOf(role: Role, random: () => number): Uint8Array {
  const ends = [
    closeFor(role, 1000, 'end'),
    frameFor(role, CONTINUATION, utf8('of nothing')),
    frameFor(role, TEXT, new Uint8Array([0xff])),
    frameFor(role, BINARY, new Uint8Array(2_000)),
    frameFor(role, TEXT, utf8('never finished'), { fin: false }),
    new Uint8Array(0),
  ];
  const message = (): Uint8Array[] => [
    frameFor(role, TEXT, utf8('wh😀le'.repeat(Math.floor(random() * 40)))),
    frameFor(role, PING, utf8('?')),
    frameFor(role, BINARY, utf8('fragments'), { fin: false }),
    frameFor(role, PING, utf8('!')),
    frameFor(role, CONTINUATION, utf8(' of one')),
  ];
  return concat(...message(), ...message(), ends[Math.floor(random() * ends.length)]!);
}

describe.each(ROLES)('connections of one kind that share their settings, at the end of a %s', (role) => {
  it.each([
    ['messages', {}],
    ['parts', { inParts: true }],
  ] as [string, EndpointOptions][])('take %s as if each were alone, however their bytes come by turns', (_, given) => {
    const options: EndpointOptions = { ...given, limits: { maxMessageBytes: 1_000 } };
    const random = seeded(SEED);
    for (let round = 0; round < 100; round++) {
      const settings = settingsFor(role, options);
      const all = Array.from({ length: 4 }, () => {
        const chunks = cutAtRandom(streamOf(role, random), random);
        const alone = openEnd(role, options);
        for (const chunk of chunks) alone.feed(chunk.slice());
        return { alone, chunks, end: openEnd(role, options, settings) };
      });
      while (all.some(({ chunks }) => chunks.length > 0)) {
        const { chunks, end } = all[Math.floor(random() * all.length)]!;
        const chunk = chunks.shift();
        if (chunk !== undefined) end.feed(chunk);
      }
      for (const { alone, end } of all) {
        expect(end.events).toEqual(alone.events);
        expect(end.protocol.brokenRule).toEqual(alone.protocol.brokenRule);
        expect(end.protocol.state).toBe(alone.protocol.state);
        expect(end.protocol.nextDeadline()).toBe(alone.protocol.nextDeadline());
        expect(end.sent()).toEqual(alone.sent());
      }
    }
  });

  it("may be handed bytes of their own while a handler is called, and are in nobody else's way then", () => {
    const settings = settingsFor(role);
    const other = openEnd(role, {}, settings);
    const nested = frameFor(role, TEXT, utf8('nested'));
    let calls = 0;
    const end = openEnd(
      role,
      {
        stop() {
          if (calls++ === 0) end.feed(nested.slice());
          other.feed(frameFor(role, TEXT, utf8('to another')));
          return false;
        },
      },
      settings,
    );
    end.feed(concat(frameFor(role, TEXT, utf8('a')), frameFor(role, TEXT, utf8('b'))));
    expect(end.events).toEqual([
      ['text', 'a'],
      ['text', 'nested'],
      ['text', 'b'],
    ]);
    expect(other.events.map(([, text]) => text)).toEqual(['to another', 'to another', 'to another']);
  });

  it('may be handed bytes while a handler of another is called', () => {
    const settings = settingsFor(role);
    const other = openEnd(role, {}, settings);
    const message = frameFor(role, TEXT, utf8('to another'), { fin: false });
    const end = openEnd(
      role,
      {
        stop() {
          other.feed(message.slice());
          return false;
        },
      },
      settings,
    );
    const first = frameFor(role, TEXT, utf8('a'));
    end.feed(concat(first, frameFor(role, TEXT, utf8('b'), { fin: false }), frameFor(role, CONTINUATION, utf8('c'))));
    expect(end.events.slice(0, 1)).toEqual([['text', 'a']]);
    expect(end.protocol.brokenRule).toBeUndefined();
    expect(end.events).toEqual([
      ['text', 'a'],
      ['text', 'bc'],
    ]);
    expect(other.protocol.brokenRule?.code).toBe('message-interleaved');
  });

  it('have each their own time for a message that does not end', () => {
    const settings = settingsFor(role, { limits: { assemblyMs: 1_000 } });
    const [slow, silent] = [openEnd(role, {}, settings), openEnd(role, {}, settings)];
    slow.feed(frameFor(role, TEXT, utf8('a'), { fin: false }), 500);
    expect(slow.protocol.nextDeadline()).toBeGreaterThanOrEqual(1_500);
    expect(silent.protocol.nextDeadline()).toBe(Infinity);
    for (const { protocol } of [slow, silent]) protocol.tick(2_000);
    expect(slow.protocol.brokenRule?.code).toBe('message-too-slow');
    expect(silent.protocol.state).toBe('open');
  });

  it('are not closed with one that closes', () => {
    const settings = settingsFor(role);
    const [closing, open] = [openEnd(role, {}, settings), openEnd(role, {}, settings)];
    open.feed(frameFor(role, TEXT, utf8('before')));
    closing.protocol.close(0, 1000);
    closing.feed(frameFor(role, TEXT, utf8('late')));
    open.feed(frameFor(role, TEXT, utf8('after')));
    expect(closing.events).toEqual([]);
    expect(open.events).toEqual([
      ['text', 'before'],
      ['text', 'after'],
    ]);
    expect(closing.sent()).toHaveLength(1);
    expect(open.sent()).toEqual([]);
  });
});
