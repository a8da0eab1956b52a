import { describe, expect, it } from 'vitest';
import type { Summary } from '../../../src/bench/model.ts';
import type { BenchOptions } from '../../../src/bench/options.ts';
import { runBench } from '../../../src/bench/run/bench.ts';
import { isMet, parseObjective } from '../../../src/bench/run/objective.ts';
import { interleave } from '../../../src/bench/run/order.ts';
import { makePlan } from '../../../src/bench/run/plan.ts';
import { describePlan, quoteWord, repeatCommand } from '../../../src/bench/run/wording.ts';

const url = 'ws://localhost:8080/';

describe('the options of a bench', () => {
  it('have defaults', () => {
    const plan = makePlan({ url });
    expect(plan).toMatchObject({
      runs: 1,
      calibrate: true,
      objective: undefined,
      timing: { durationMs: 10_000, warmupMs: 3_000 },
      variants: [{ name: 'server', url }],
      phases: [{ label: '', connections: 10, rate: 0, durationMs: 10_000, warmupMs: 3_000 }],
    });
    expect(plan.config).toMatchObject({ scenario: 'echo', depth: 1, workers: 1, source: { kind: 'size', bytes: 32 } });
  });

  it('go before the defaults of the scenario, which go before the general ones', () => {
    expect(makePlan({ url, scenario: 'fanout' }).config).toMatchObject({ connections: 100, binary: false });
    expect(makePlan({ url, scenario: 'fanout', connections: 7 }).config.connections).toBe(7);
    expect(makePlan({ url, scenario: 'fanout', timeoutMs: 5 }).config).toMatchObject({
      connections: 100,
      timeoutMs: 5,
    });
  });

  it('of a comparison give each server five runs', () => {
    const plan = makePlan({
      url,
      variants: [
        { name: 'A', command: ['a'] },
        { name: 'B', url: 'ws://other/' },
      ],
    });
    expect(plan.runs).toBe(5);
    expect(plan.variants).toEqual([
      { name: 'A', command: ['a'], url },
      { name: 'B', url: 'ws://other/' },
    ]);
  });

  it('that name a rate need no calibration, as the generator does not go as fast as it can', () => {
    expect(makePlan({ url, scenario: 'fanout' }).calibrate).toBe(true);
    expect(makePlan({ url, scenario: 'fanout', rate: 50 })).toMatchObject({ calibrate: false, unbounded: false });
    expect(makePlan({ url, calibrate: false })).toMatchObject({ calibrate: false, unbounded: true });
    expect(makePlan({ url, scenario: 'open' }).calibrate).toBe(false);
  });

  it('that are undefined count as not given', () => {
    expect(makePlan({ url, depth: undefined } as unknown as BenchOptions).config.depth).toBe(1);
  });

  const wrong: [options: Record<string, unknown>, kind: typeof TypeError | typeof RangeError, message: RegExp][] = [
    [{}, TypeError, /^url must be a string/],
    [{ url: 'localhost:8080' }, RangeError, /^url must begin with ws: or wss:, not "localhost:"/],
    [{ url: 'http://localhost' }, RangeError, /^url must begin with ws: or wss:, not "http:"/],
    [{ url: 'nonsense' }, TypeError, /^url must be a URL such as/],
    [{ url: 'ws://localhost/#x' }, RangeError, /^url must have no fragment/],
    [{ url, conections: 5 }, TypeError, /^there is no option "conections"/],
    [{ url, connections: '5' }, TypeError, /^connections must be a number, not string/],
    [{ url, connections: 0 }, RangeError, /^connections must be a whole number from 1 to 1000000, not 0/],
    [{ url, connections: 1.5 }, RangeError, /^connections must be a whole number/],
    [{ url, connections: Number.POSITIVE_INFINITY }, RangeError, /^connections must be a whole number/],
    [{ url, depth: -1 }, RangeError, /^depth must be/],
    [{ url, rate: Number.NaN }, RangeError, /^rate must be a number from 0/],
    [{ url, durationMs: 0 }, RangeError, /^durationMs must be/],
    [{ url, durationMs: 2 ** 31 }, RangeError, /^durationMs must be/],
    [{ url, workers: 0 }, RangeError, /^workers must be/],
    [{ url, runs: 0 }, RangeError, /^runs must be/],
    [{ url, share: 1.1 }, RangeError, /^share must be a number from 0 to 1/],
    [{ url, pacing: 'odd' }, RangeError, /^pacing must be one of even, poisson/],
    [{ url, scenario: 'ecoh' }, RangeError, /^scenario must be one of echo, .*, not "ecoh"/],
    [{ url, scenario: 'toString' }, RangeError, /^scenario must be one of/],
    [{ url, scenario: 'fanout', source: { kind: 'size', bytes: 4 } }, RangeError, /give a size of at least/],
    [{ url, source: { kind: 'size', bytes: 0 } }, RangeError, /^source\.bytes must be/],
    [{ url, source: { kind: 'other' } }, RangeError, /^source\.kind must be one of size, file, template/],
    [{ url, source: 'x' }, TypeError, /^source must be an object/],
    [{ url, binary: 'no' }, TypeError, /^binary must be true or false/],
    [{ url, headers: [['a b', 'c']] }, RangeError, /^headers\[0\] must be a name and a value/],
    [{ url, headers: [['a', 'c\r\nd: e']] }, RangeError, /^headers\[0\] must be a name and a value/],
    [{ url, headers: 'a' }, TypeError, /^headers must be an array/],
    [{ url, command: [] }, RangeError, /^command must begin with a program/],
    [{ url, command: ['a'], serverPid: 5 }, RangeError, /^serverPid is for a server that is not started/],
    [{ url, command: ['a'], variants: [{ name: 'A' }] }, RangeError, /^command is for a bench without variants/],
    [{ url, variants: [{ name: 'A' }, { name: 'A' }] }, RangeError, /^variants must have different names/],
    [{ url, variants: [{ name: '' }] }, RangeError, /^variants\[0\]\.name must not be empty/],
    [{ url, variants: [{ name: 'A', url: 'http://x' }] }, RangeError, /^variants\[0\]\.url must begin with ws:/],
    [{ url, objective: 'fast' }, RangeError, /^objective must be a metric/],
    [{ url, failOn: 'anything' }, RangeError, /^failOn must be one of regression/],
    [{ url, seed: -1 }, RangeError, /^seed must be/],
    [{ url, signal: {} }, TypeError, /^signal must be an AbortSignal/],
  ];
  it.each(wrong)('%j are refused at the call, by name', (options, kind, message) => {
    expect(() => runBench(options as unknown as BenchOptions)).toThrow(kind);
    expect(() => runBench(options as unknown as BenchOptions)).toThrow(message);
  });
});

describe('an objective', () => {
  const summary = (name: string, median: number, variant = 'A'): Summary => ({
    variant,
    metric: { name, kind: 'latency', unit: 'ns', better: 'lower' },
    values: [median],
    median,
    low: Number.NaN,
    high: Number.NaN,
    verdict: 'VALID',
  });

  it.each([
    ['p99<5ms', { metric: 'p99', than: '<', limit: 5e6 }],
    ['p99.9 <= 1.5 s', { metric: 'p99.9', than: '<=', limit: 1.5e9 }],
    ['latency p50<200us', { metric: 'latency p50', than: '<', limit: 2e5 }],
    ['messages/s>100000', { metric: 'messages/s', than: '>', limit: 100_000 }],
    ['messages/s>=100k', { metric: 'messages/s', than: '>=', limit: 100_000 }],
    ['KiB/connection<10', { metric: 'KiB/connection', than: '<', limit: 10 }],
  ])('%s is a metric, a relation and a limit', (text, objective) => {
    expect(parseObjective(text)).toMatchObject(objective);
  });

  it.each(['', 'p99', 'p99<', 'p99<5 parsecs', '<5ms', 'p99=5ms', 'p99<-5ms', 'p99<5constructor'])(
    '%j is none',
    (text) => {
      expect(() => parseObjective(text)).toThrow(RangeError);
    },
  );

  it('is met when the median keeps to it, in every variant', () => {
    const objective = parseObjective('p99<5ms');
    expect(isMet(objective, [summary('latency p99', 4.9e6)])).toBe(true);
    expect(isMet(objective, [summary('latency p99', 5e6)])).toBe(false);
    expect(isMet(objective, [summary('latency p99', 4e6), summary('latency p99', 6e6, 'B')])).toBe(false);
  });

  it('on a percentile is about the first that was timed', () => {
    const all = [summary('latency p99', 4e6), summary('service p99', 9e6), summary('lag p99', 9e6)];
    expect(isMet(parseObjective('p99<5ms'), all)).toBe(true);
    expect(isMet(parseObjective('service p99<5ms'), all)).toBe(false);
  });

  it('is not met when nothing is known of its metric', () => {
    expect(isMet(parseObjective('p99<5ms'), [])).toBe(false);
    expect(isMet(parseObjective('p99<5ms'), [summary('latency p50', 1)])).toBe(false);
    expect(isMet(parseObjective('p99<5ms'), [summary('latency p99', Number.NaN)])).toBe(false);
  });

  it('of a curve is met when a rate was found that keeps it', () => {
    expect(isMet(parseObjective('p99<5ms'), [summary('highest rate with p99<5ms', 100)])).toBe(true);
    expect(isMet(parseObjective('p99<5ms'), [summary('highest rate with p99<5ms', 0)])).toBe(false);
  });
});

describe('the order of runs', () => {
  it('gives every run of every variant one turn', () => {
    const turns = interleave(3, 5, 1);
    expect(new Set(turns.map(({ variant, run }) => `${variant} ${run}`)).size).toBe(15);
    expect(turns).toHaveLength(15);
  });

  it('goes there and back, so that what drifts meets all alike', () => {
    for (let seed = 0; seed < 10; seed++) {
      const order = interleave(2, 4, seed).map(({ variant }) => variant);
      expect(order.slice(0, 2).reverse()).toEqual(order.slice(2, 4));
      expect(order.slice(4, 6).reverse()).toEqual(order.slice(6, 8));
    }
  });

  it('is the same for the same seed, and begins with another one for others', () => {
    expect(interleave(2, 10, 7)).toEqual(interleave(2, 10, 7));
    const firsts = new Set(Array.from({ length: 20 }, (_, seed) => interleave(2, 2, seed)[0]?.variant));
    expect(firsts.size).toBe(2);
  });
});

describe('the words of a plan', () => {
  it('say what is done', () => {
    expect(describePlan(makePlan({ url, connections: 50, depth: 16, runs: 5 }))).toBe(
      '50 connections, messages of 32 bytes, 16 in flight on each · 10 s after 3 s of warm-up · 1 worker · 5 runs',
    );
    expect(describePlan(makePlan({ url, scenario: 'open', rate: 500, connections: 1, durationMs: 500 }))).toMatch(
      /^1 connection, messages of 32 bytes, 500 a second · 0\.5 s /,
    );
  });

  it('name every number of connections that is held', () => {
    expect(describePlan(makePlan({ url, scenario: 'idle', steps: [10, 20, 40] }))).toMatch(
      /^10, 20, 40 connections · 4 phases of 3 s after 2 s of warm-up/,
    );
  });

  it('say how to repeat it', () => {
    const options: BenchOptions = {
      url: 'ws://localhost:{port}/a b',
      scenario: 'open',
      connections: 5,
      durationMs: 1500,
      binary: false,
      headers: [['X', "it's"]],
      calibrate: false,
      command: ['node', 'my server.js'],
    };
    expect(repeatCommand(options)).toBe(
      String.raw`ws101 bench --scenario open --connections 5 --duration 1.5 --text --header 'X: it'\''s' --no-calibrate ` +
        "'ws://localhost:{port}/a b' -- node 'my server.js'",
    );
    expect(repeatCommand({ url, variants: [{ name: 'A', command: ['node', 'a b'] }] })).toBe(
      String.raw`ws101 bench --compare 'A=node '\''a b'\''' ws://localhost:8080/`,
    );
  });

  it.each(["it's", '', 'a b', '$HOME', '"'])('keep %j whole through a shell', (word) => {
    expect(quoteWord(word)).toMatch(/^'.*'$/);
  });
});
