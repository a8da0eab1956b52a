import { describe, expect, it } from 'vitest';
import { checkLimit, PROTOCOL_LIMITS, type ProtocolLimits, resolveLimits } from '../../src/protocol/index.ts';

describe('limits', () => {
  it('are the documented ones when none is set', () => {
    expect(resolveLimits({})).toEqual({
      maxMessageBytes: 1_048_576,
      maxFragments: 1024,
      assemblyMs: 30_000,
      highWaterBytes: 1_048_576,
      sendQueueBytes: 4_194_304,
      pendingPongs: 16,
      pingsPerWindow: 1000,
      pingWindowMs: 10_000,
      closeTimeoutMs: 3_000,
    });
    expect(Object.isFrozen(PROTOCOL_LIMITS)).toBe(true);
  });

  it.each(Object.keys(PROTOCOL_LIMITS) as (keyof ProtocolLimits)[])(
    'lets %s be set and lifted, and names it',
    (name) => {
      expect(resolveLimits({ [name]: 1_048_577 })[name]).toBe(1_048_577);
      expect(resolveLimits({ [name]: Infinity, sendQueueBytes: Infinity })[name]).toBe(Infinity);
      for (const wrong of [0, -1, 1.5, Number.NaN, -Infinity, 2 ** 53, '5' as never, null as never]) {
        expect(() => resolveLimits({ [name]: wrong })).toThrow(new RegExp(`^${name} must be`));
      }
    },
  );

  it('leave room for one permitted message in the queue', () => {
    expect(resolveLimits({ maxMessageBytes: 5_000_000 }).sendQueueBytes).toBe(5_000_000);
    expect(resolveLimits({ maxMessageBytes: 100, sendQueueBytes: 50 }).sendQueueBytes).toBe(100);
  });

  it('keep the high-water mark within the queue', () => {
    const limits = resolveLimits({ maxMessageBytes: 100, sendQueueBytes: 200 });
    expect([limits.highWaterBytes, limits.sendQueueBytes]).toEqual([200, 200]);
  });

  it('take undefined as not set', () => {
    expect(resolveLimits({ maxFragments: undefined as never }).maxFragments).toBe(1024);
  });

  it('are checked one by one as well', () => {
    expect(checkLimit('x', 1)).toBe(1);
    expect(checkLimit('x', Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => checkLimit('x', true)).toThrow(
      'x must be a positive whole number, or Infinity for no limit, not true',
    );
  });
});
