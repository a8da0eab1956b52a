import { afterEach, describe, expect, it } from 'vitest';
import { IdleEngine } from '../../../src/bench/engines/idle-engine.ts';
import { slope } from '../../../src/bench/engines/metrics.ts';
import type { PhaseRecord } from '../../../src/bench/model.ts';
import { idle } from '../../../src/bench/scenarios/idle.ts';
import { Count, clearStage, loadConfig, serve, serveRaw } from './stage.ts';

afterEach(clearStage);

const TIMING = { warmupMs: 0, durationMs: 0 };

describe('idle', () => {
  it('holds each size in turn, and none after closing', async () => {
    const closed = new Count();
    const { url, server } = await serve('/', { close: () => void closed.add() });
    const config = loadConfig('idle', url, { steps: [10, 20, 30], adapter: 'echo' });
    const engine = await idle.engine(config);
    await engine.open();
    const held: (number | undefined)[] = [];
    const seen: number[] = [];
    for (const phase of idle.phases({ ...config, ...TIMING })) {
      await engine.start(phase);
      if (phase.connections === 0) await closed.atLeast(30);
      seen.push(server.connections.size);
      engine.reset();
      engine.cut();
      const measurement = await engine.stop();
      expect(measurement).toMatchObject({ errors: {}, faults: {} });
      held.push(measurement.counts.held);
    }
    await engine.close();
    expect(held).toEqual([10, 20, 30, undefined]);
    expect(seen).toEqual([10, 20, 30, 0]);
  });

  it('splits each size over the workers', async () => {
    const { url, server } = await serve('/', {});
    const config = loadConfig('idle', url, { workers: 2, adapter: 'echo' });
    const engines = await Promise.all([0, 1].map((worker) => IdleEngine.create({ ...config, worker })));
    await Promise.all(engines.map((engine) => engine.open()));
    const [phase] = idle.phases({ ...config, steps: [7, 8, 9], ...TIMING });
    if (phase === undefined) throw new Error('there is no phase');
    await Promise.all(engines.map((engine) => engine.start(phase)));
    expect(server.connections.size).toBe(7);
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it('counts connections that the server ends meanwhile', async () => {
    const { url, server } = await serve('/', {});
    const config = loadConfig('idle', url, { adapter: 'echo' });
    const engine = await idle.engine(config);
    await engine.open();
    await engine.start({ label: '', ...TIMING, rate: 0, connections: 5 });
    const [one] = server.connections;
    one?.close(1001);
    await one?.closed;
    await new Promise((resolve) => setImmediate(resolve));
    engine.cut();
    const { counts, errors } = await engine.stop();
    expect({ held: counts.held, errors }).toEqual({ held: 4, errors: { 'closed 1001': 1 } });
    await engine.close();
  });

  it('does not take a connection for served on which no ping is answered', async () => {
    const { url } = await serveRaw((socket) => {
      socket.on('data', (bytes) => {
        const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(bytes.toString('latin1'))?.[1];
        if (key === undefined) return;
        void import('../../../src/handshake/index.ts').then(({ acceptKey, encodeAcceptResponse }) =>
          socket.write(encodeAcceptResponse({ accept: acceptKey(key) })),
        );
      });
    });
    const engine = await idle.engine(loadConfig('idle', url, { adapter: 'echo', timeoutMs: 100 }));
    await expect(engine.open()).rejects.toMatchObject({ kind: 'timeout' });
    await engine.close();
  });

  it('takes at least three sizes, that grow', () => {
    const config = { ...loadConfig('idle', 'ws://localhost'), ...TIMING };
    expect(idle.phases(config).map(({ connections }) => connections)).toEqual([1000, 2000, 4000, 0]);
    for (const steps of [[1000], [1000, 2000], [1000, 3000, 2000], [0, 1, 2]]) {
      expect(() => idle.phases({ ...config, steps })).toThrow('at least 3 sizes that grow');
    }
  });

  it('tells memory per connection as a slope over all sizes, so that what the server holds anyway does not count', () => {
    const config = { ...loadConfig('idle', 'ws://localhost'), ...TIMING };
    const records = [1000, 2000, 4000, 0].map(
      (connections): PhaseRecord => ({
        phase: { label: '', ...TIMING, rate: 0, connections },
        elapsedNs: 1e9,
        measurement: { counts: { held: connections }, faults: {}, errors: {}, timings: {} },
        generators: [],
        server: { cpuNs: 5e6, rssBytes: 50e6 + connections * 4096, peakRssBytes: 0, processes: 1 },
        host: { cores: 1 },
        series: [],
      }),
    );
    const values = Object.fromEntries(idle.metrics(records, config).map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ 'memory per connection': 4, 'memory after closing': 50e6, 'CPU while idle': 5 });
    const two = idle.metrics(records.slice(0, 2), config);
    expect(two[0]?.value).toBeNaN();
  });

  it('fits lines by least squares', () => {
    expect(
      slope([
        [0, 0],
        [1, 2],
        [2, 1],
        [3, 3],
      ]),
    ).toBeCloseTo(0.8);
    expect(
      slope([
        [1, 1],
        [1, 2],
      ]),
    ).toBeNaN();
  });
});
