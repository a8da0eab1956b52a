import { describe, expect, it } from 'vitest';
import type { LoadConfig } from '../../../src/bench/config.ts';
import { ceilingGate } from '../../../src/bench/gates/ceiling.ts';
import { gatesOfPhase, mergeGates } from '../../../src/bench/gates/collect.ts';
import { overallVerdict, verdictFor, worst } from '../../../src/bench/gates/gate.ts';
import { runsGate, spreadGate } from '../../../src/bench/gates/runs.ts';
import type { Gate, Metric, PhaseRecord, ScenarioName, Verdict } from '../../../src/bench/model.ts';
import { configFor, recordWith, times } from './records.ts';

function gatesOf(record: PhaseRecord, scenario: ScenarioName = 'echo', over = {}): Gate[] {
  return gatesOfPhase(record, configFor(scenario, over), true);
}

function verdictsOf(gates: readonly Gate[], name: string): [Verdict, string][] {
  return gates.filter((gate) => gate.name === name).map(({ verdict, kinds }) => [verdict, kinds.join(' ')]);
}

describe('a phase with which nothing is wrong', () => {
  it('passes every gate', () => {
    const gates = gatesOf(recordWith());
    expect(gates.map(({ verdict }) => verdict)).toEqual(gates.map(() => 'VALID'));
    expect(gates.map(({ name }) => name)).toEqual([
      'faults',
      'errors',
      'shape',
      'generator',
      'samples',
      'steal',
      'pressure',
      'cost',
    ]);
  });

  it('says of every gate what was seen, in a sentence', () => {
    for (const { reason } of gatesOf(recordWith())) expect(reason).toMatch(/^[^\n]{10,}$/);
  });
});

const open = { sent: 1000, received: 1000 };
const lagging = (lagNs: number, latencyNs: number) =>
  recordWith({ measurement: { timings: { latency: times(latencyNs, 1000), lag: times(lagNs, 1000) } } });

describe('a gate', () => {
  const cases: [
    what: string,
    gate: string,
    scenario: ScenarioName,
    record: PhaseRecord,
    verdicts: [Verdict, string][],
  ][] = [
    [
      'a message was lost',
      'faults',
      'echo',
      recordWith({ measurement: { faults: { lost: 1 } } }),
      [['INVALID', 'rate cost latency memory count']],
    ],
    [
      'a connection ended',
      'errors',
      'echo',
      recordWith({ measurement: { errors: { 'closed 1006': 1 } } }),
      [['INVALID', 'rate cost latency memory']],
    ],
    [
      'one connection of a storm in 101 was refused',
      'errors',
      'storm',
      recordWith({ measurement: { errors: { refused: 1 }, counts: { opened: 100, received: 100 } } }),
      [['WARN', 'rate cost latency memory']],
    ],
    [
      'two connections of a storm in 102 were refused',
      'errors',
      'storm',
      recordWith({ measurement: { errors: { refused: 2 }, counts: { opened: 100, received: 100 } } }),
      [['INVALID', 'rate cost latency memory']],
    ],
    [
      'nothing was sent',
      'shape',
      'echo',
      recordWith({ measurement: { counts: {} } }),
      [['INVALID', 'rate cost latency memory']],
    ],
    [
      'nothing came back',
      'shape',
      'echo',
      recordWith({ measurement: { counts: { sent: 10 } } }),
      [['INVALID', 'rate cost latency memory']],
    ],
    [
      'idle connections stood',
      'shape',
      'idle',
      recordWith({ phase: { connections: 50 }, measurement: { counts: { held: 50 } } }),
      [['VALID', 'rate cost latency memory']],
    ],
    [
      'not all idle connections stood',
      'shape',
      'idle',
      recordWith({ phase: { connections: 50 }, measurement: { counts: { held: 49 } } }),
      [['INVALID', 'rate cost latency memory']],
    ],
    [
      'all connections are closed, as they should be',
      'shape',
      'idle',
      recordWith({ phase: { connections: 0 }, measurement: { counts: {} } }),
      [['VALID', 'rate cost latency memory']],
    ],
    [
      'connections ended, so that little was under way',
      'shape',
      'echo',
      recordWith({ measurement: { errors: { reset: 5 }, timings: { latency: times(0.6e6, 10_000) } } }),
      [['INVALID', 'rate cost latency memory']],
    ],
    [
      'the offered rate was held within 1 %',
      'shape',
      'open',
      recordWith({ phase: { rate: 1008 }, measurement: { counts: open } }),
      [['VALID', 'rate cost latency memory']],
    ],
    [
      'the offered rate was missed',
      'shape',
      'open',
      recordWith({ phase: { rate: 1020 }, measurement: { counts: open } }),
      [['INVALID', 'rate cost latency memory']],
    ],
    [
      'the offered rate was exceeded',
      'shape',
      'open',
      recordWith({ phase: { rate: 980 }, measurement: { counts: open } }),
      [['INVALID', 'rate cost latency memory']],
    ],
    [
      'a step of a curve is beyond the limit',
      'shape',
      'curve',
      recordWith({ phase: { rate: 2000 }, measurement: { counts: open } }),
      [['WARN', 'rate cost latency memory']],
    ],
    [
      'publications keep their rate though deliveries are many more',
      'shape',
      'fanout',
      recordWith({ phase: { rate: 100 }, measurement: { counts: { published: 100, sent: 100, received: 10_000 } } }),
      [['VALID', 'rate cost latency memory']],
    ],
    [
      'connections are opened at their rate',
      'shape',
      'storm',
      recordWith({ phase: { rate: 500 }, measurement: { counts: { opened: 500 } } }),
      [['VALID', 'rate cost latency memory']],
    ],
    [
      'connections are opened too slowly',
      'shape',
      'storm',
      recordWith({ phase: { rate: 500 }, measurement: { counts: { opened: 400 } } }),
      [['INVALID', 'rate cost latency memory']],
    ],
    [
      'a third of the depth was missing',
      'shape',
      'echo',
      recordWith({ measurement: { timings: { latency: times(0.66e6, 10_000) } } }),
      [['WARN', 'rate cost latency memory']],
    ],
    [
      'more than half of the depth was missing',
      'shape',
      'echo',
      recordWith({ measurement: { timings: { latency: times(0.4e6, 10_000) } } }),
      [['INVALID', 'rate cost latency memory']],
    ],
    [
      'the generator was busy',
      'generator',
      'echo',
      recordWith({
        generators: [
          { cpuNs: 1, utilization: 0.2, received: 1 },
          { cpuNs: 1, utilization: 0.71, received: 1 },
        ],
      }),
      [
        ['WARN', 'rate'],
        ['WARN', 'latency'],
      ],
    ],
    [
      'the generator was too busy',
      'generator',
      'echo',
      recordWith({ generators: [{ cpuNs: 1, utilization: 0.85, received: 1 }] }),
      [
        ['INVALID', 'rate'],
        ['WARN', 'latency'],
      ],
    ],
    ['messages were sent on time', 'lag', 'open', lagging(0.9e6, 2e6), [['VALID', 'latency']]],
    [
      'messages were sent late, but little of the latency is that',
      'lag',
      'open',
      lagging(5e6, 60e6),
      [['VALID', 'latency']],
    ],
    ['messages were sent late', 'lag', 'open', lagging(1.1e6, 2e6), [['WARN', 'latency']]],
    [
      'messages were sent so late that nothing else is seen',
      'lag',
      'open',
      lagging(11e6, 2e6),
      [['INVALID', 'latency']],
    ],
    ['there is no lag in a closed loop', 'lag', 'echo', recordWith(), []],
    [
      'the hypervisor took time',
      'steal',
      'echo',
      recordWith({ host: { steal: 0.011, cores: 2 } }),
      [['WARN', 'rate latency']],
    ],
    ['the host does not tell of steal', 'steal', 'echo', recordWith({ host: { cores: 2 } }), []],
    [
      'CPUs were waited for',
      'pressure',
      'echo',
      recordWith({ host: { pressure: 0.51, cores: 2 } }),
      [['WARN', 'rate latency']],
    ],
    ['the host does not tell of pressure', 'pressure', 'echo', recordWith({ host: { cores: 2 } }), []],
    [
      'a p99 has too few samples',
      'samples',
      'echo',
      recordWith({ measurement: { timings: { latency: times(1e6, 999) } } }),
      [['WARN', 'latency']],
    ],
    [
      'a p99 has enough samples',
      'samples',
      'echo',
      recordWith({ measurement: { timings: { latency: times(1e6, 1000) } } }),
      [['VALID', 'latency']],
    ],
  ];
  it.each(cases)('judges that %s (%s)', (_what, gate, scenario, record, verdicts) => {
    expect(verdictsOf(gatesOf(record, scenario), gate)).toEqual(verdicts);
  });

  it('lets random gaps spread a rate as far as chance does', () => {
    const record = recordWith({ phase: { rate: 1060 }, measurement: { counts: open } });
    expect(verdictsOf(gatesOf(record, 'open', { pacing: 'poisson' }), 'shape')[0]?.[0]).toBe('VALID');
    expect(verdictsOf(gatesOf(record, 'open', { pacing: 'even' }), 'shape')[0]?.[0]).toBe('INVALID');
  });

  it('says why the cost of a server is not known', () => {
    const { server: _, ...unknown } = recordWith();
    const withProc = gatesOfPhase(unknown, configFor('echo'), true).find(({ name }) => name === 'cost');
    expect(withProc).toMatchObject({ verdict: 'WARN', kinds: ['cost', 'memory'] });
    expect(withProc?.reason).toContain('--server-pid');
    const without = gatesOfPhase(unknown, configFor('echo'), false).find(({ name }) => name === 'cost');
    expect(without?.reason).toContain('no /proc');
  });
});

describe('the ceiling', () => {
  const rate: Metric = { name: 'messages/s', kind: 'rate', unit: '1/s', better: 'higher', value: 1000 };

  const busy = (utilization: number) => [{ generators: [0.1, utilization].map(generatorAt) }];
  const generatorAt = (utilization: number) => ({ cpuNs: 1e8, utilization, received: 1000 });
  const config = configFor('echo');

  it.each([
    [2000, 'VALID'],
    [1999, 'INVALID'],
    [undefined, 'WARN'],
    [Number.NaN, 'WARN'],
  ] as const)('of %s makes a rate of 1000 %s', (ceiling, verdict) => {
    expect(ceilingGate([rate], ceiling, busy(0.9), config)).toMatchObject({
      name: 'ceiling',
      verdict,
      kinds: ['rate'],
    });
  });

  it.each([
    [0.5, 'VALID'],
    [0.51, 'INVALID'],
    [0, 'INVALID'],
  ] as const)(
    'is not needed where the busiest generator was seen to wait: busy for %s of the time, it is %s',
    (share, verdict) => {
      const phases = share === 0 ? [] : busy(share);
      expect(ceilingGate([rate], 1200, phases, config)?.verdict).toBe(verdict);
      if (verdict === 'VALID')
        expect(ceilingGate([rate], 1200, phases, config)?.reason).toContain(
          'waited for the server for 50 % of the time',
        );
    },
  );

  it.each<[string, ScenarioName, Partial<LoadConfig>, Verdict]>([
    ['one publication is', 'fanout', { connections: 500, depth: 1 }, 'WARN'],
    ['one publication of two publishers each is', 'fanout', { connections: 500, depth: 1, publishers: 2 }, 'INVALID'],
    ['two publications are', 'fanout', { connections: 500, depth: 2 }, 'INVALID'],
    ['one publication of everybody is', 'chat', { connections: 500, depth: 1 }, 'INVALID'],
    ['one message is', 'echo', { connections: 1, depth: 1 }, 'WARN'],
    ['one message on each connection is', 'echo', { connections: 2, depth: 1 }, 'INVALID'],
  ])(
    'cannot be reached by taking turns: when %s under way in %s, a busy generator makes it no worse than WARN',
    (_what, scenario, over, verdict) => {
      expect(ceilingGate([rate], 1200, busy(0.8), configFor(scenario, over))?.verdict).toBe(verdict);
    },
  );

  it('bounds nothing where no rate was measured', () => {
    expect(ceilingGate([{ ...rate, value: Number.NaN }], 2000, [], config)).toBeUndefined();
    expect(ceilingGate([{ ...rate, kind: 'cost' }], 2000, [], config)).toBeUndefined();
  });
});

describe('runs', () => {
  const metric = { name: 'messages/s', kind: 'rate', unit: '1/s', better: 'higher' } as const;

  it('are enough from five on', () => {
    expect([1, 4, 5, 9].map((runs) => runsGate(runs).verdict)).toEqual(['WARN', 'WARN', 'VALID', 'VALID']);
  });

  it.each([
    [[100, 101, 99], 'VALID', 'VALID'],
    [[100, 110, 90], 'WARN', 'WARN'],
    [[100, 130, 70], 'INVALID', 'WARN'],
  ])('that come to %j make rates %s and other metrics %s', (values, rate, other) => {
    expect(spreadGate(metric, values)).toMatchObject({ name: 'spread', verdict: rate, kinds: ['rate'] });
    expect(spreadGate({ ...metric, kind: 'latency' }, values)).toMatchObject({ verdict: other, kinds: ['latency'] });
  });

  it('say nothing of their spread when there is one, or when they count something', () => {
    expect(spreadGate(metric, [100])).toBeUndefined();
    expect(spreadGate(metric, [100, Number.NaN])).toBeUndefined();
    expect(spreadGate({ ...metric, kind: 'count' }, [1, 100])).toBeUndefined();
  });
});

describe('gates together', () => {
  const gate = (name: string, verdict: Verdict, kinds: Gate['kinds'] = ['rate']): Gate => ({
    name,
    verdict,
    kinds,
    reason: `${name} reason`,
  });

  it('are as bad as the worst', () => {
    expect(worst([])).toBe('VALID');
    expect(worst(['VALID', 'WARN'])).toBe('WARN');
    expect(worst(['INVALID', 'WARN'])).toBe('INVALID');
  });

  it('bind the kinds of metrics that they name', () => {
    const gates = [gate('ceiling', 'INVALID'), gate('lag', 'WARN', ['latency'])];
    expect(verdictFor('rate', gates)).toBe('INVALID');
    expect(verdictFor('latency', gates)).toBe('WARN');
    expect(verdictFor('cost', gates)).toBe('VALID');
  });

  it('that bind no metric with a value do not count, unless there is none', () => {
    const gates = [gate('cost', 'WARN', ['cost'])];
    expect(overallVerdict(['rate', 'latency'], gates)).toBe('VALID');
    expect(overallVerdict(['cost'], gates)).toBe('WARN');
    expect(overallVerdict([], gates)).toBe('WARN');
  });

  it('of several runs are told once, with the worst reason and how often it was seen', () => {
    const merged = mergeGates([
      { label: 'run 1', gates: [gate('steal', 'VALID'), gate('lag', 'WARN')] },
      { label: 'run 2', gates: [gate('steal', 'WARN'), { ...gate('lag', 'INVALID'), reason: 'late' }] },
      { label: 'run 3', gates: [gate('steal', 'WARN'), gate('lag', 'VALID')] },
    ]);
    expect(merged).toEqual([
      { ...gate('steal', 'WARN'), reason: 'run 2 and 1 more of 3: steal reason' },
      { ...gate('lag', 'INVALID'), reason: 'run 2 and 1 more of 3: late' },
    ]);
  });

  it('that are valid everywhere are told once', () => {
    const same = { label: 'run 1', gates: [gate('steal', 'VALID')] };
    expect(mergeGates([same, { ...same, label: 'run 2' }])).toEqual([gate('steal', 'VALID')]);
  });

  it('that bind metrics differently are told apart', () => {
    const both = [gate('generator', 'INVALID', ['rate']), gate('generator', 'WARN', ['latency'])];
    expect(
      mergeGates([
        { label: '', gates: [gate('generator', 'VALID', ['rate', 'latency'])] },
        { label: '', gates: both },
      ]),
    ).toEqual(both);
  });
});
