import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { MemoryBudget, type ProtocolLimits } from '../../src/protocol/index.ts';
import { frameFor, openEnd } from '../support/endpoint.ts';
import { concat, hex, ROLES } from '../support/wire.ts';

const { BINARY, CONTINUATION, TEXT } = Opcode;

class CountingBudget extends MemoryBudget {
  held = 0;

  override take(bytes: number): boolean {
    this.held += bytes;
    return super.take(bytes);
  }
}

describe.each(ROLES)('RFC 6455 §5.2, §10.4, fragments whose announced lengths overflow, at the end of a %s', (role) => {
  const continuation = (length: string): Uint8Array =>
    hex(`00 ${role === 'server' ? 'ff' : '7f'} ${length} ${role === 'server' ? '37fa213d' : ''}`);
  const SUMS = [
    ['2^32', '00000000ffffffff'],
    ['2^53', '001fffffffffffff'],
    ['2^63', '7fffffffffffffff'],
  ] as const;

  it.each(SUMS)('that sum up to %s are refused on the header, and hold no memory', (_sum, length) => {
    const budget = new CountingBudget(Infinity);
    const end = openEnd(role, { partialMessages: budget });
    end.feed(frameFor(role, BINARY, Uint8Array.of(1), { fin: false }));
    const held = budget.held;
    end.feed(continuation(length));
    expect(end.protocol.brokenRule).toMatchObject({ code: 'message-too-big', closeCode: 1009 });
    expect(budget.held).toBe(held);
  });

  it.each(SUMS)('that sum up to %s cost nothing without a limit either, until they arrive', (_sum, length) => {
    const budget = new CountingBudget(Infinity);
    const end = openEnd(role, { partialMessages: budget, limits: { maxMessageBytes: Infinity } });
    end.feed(frameFor(role, BINARY, Uint8Array.of(1), { fin: false }));
    end.feed(concat(continuation(length), new Uint8Array(100)));
    expect(end.protocol.brokenRule).toBeUndefined();
    expect(end.events).toEqual([]);
    expect(budget.held).toBeLessThan(1000);
  });
});

describe.each(ROLES)('RFC 6455 §10.4, limits that are lifted at the end of a %s', (role) => {
  const LIFTED: Partial<ProtocolLimits> = {
    maxMessageBytes: Infinity,
    maxFragments: Infinity,
    assemblyMs: Infinity,
    pingsPerWindow: Infinity,
  };
  const opcode = fc.constantFrom(TEXT, BINARY, CONTINUATION, Opcode.PING, Opcode.PONG, Opcode.CLOSE, 3, 11);
  const anyFrame = fc
    .tuple(opcode, fc.uint8Array({ maxLength: 130 }), fc.boolean())
    .map(([code, payload, fin]) => frameFor(role, code, payload, { fin }));
  const anyBytes = fc.array(fc.oneof({ weight: 4, arbitrary: anyFrame }, fc.uint8Array({ maxLength: 20 })), {
    maxLength: 12,
  });

  it('change nothing about bytes that stay within them: the same events, answers and violation', () => {
    fc.assert(
      fc.property(anyBytes, (pieces) => {
        const [limited, lifted] = [openEnd(role), openEnd(role, { limits: LIFTED })];
        for (const end of [limited, lifted]) end.feed(concat(...pieces));
        const beyond = limited.protocol.brokenRule?.code === 'message-too-big';
        fc.pre(!beyond);
        expect(lifted.events).toEqual(limited.events);
        expect(lifted.protocol.brokenRule?.code).toBe(limited.protocol.brokenRule?.code);
        expect(lifted.protocol.state).toBe(limited.protocol.state);
        expect(lifted.sent()).toEqual(limited.sent());
      }),
    );
  });
});
