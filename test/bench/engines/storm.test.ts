import { afterEach, describe, expect, it } from 'vitest';
import type { LoadConfig } from '../../../src/bench/config.ts';
import type { Engine } from '../../../src/bench/engine.ts';
import type { Measurement } from '../../../src/bench/model.ts';
import { storm } from '../../../src/bench/scenarios/storm.ts';
import { type RouteHandlers, reject } from '../../../src/node/index.ts';
import { clearStage, loadConfig, measure, phaseOf, serve, serveRaw, timed } from './stage.ts';

afterEach(clearStage);

const ECHO: RouteHandlers = { message: (connection, data) => void connection.send(data) };

function answers(engine: Engine, many: number): () => Promise<void> {
  return async () => {
    while (engine.sample().received < many) await new Promise((resolve) => setImmediate(resolve));
  };
}

async function stormAt(url: string, parts: Partial<LoadConfig> = {}, many = 100): Promise<Measurement> {
  const config = loadConfig('storm', url, { adapter: 'echo', connections: 20, timeoutMs: 5_000, ...parts });
  const engine = await storm.engine(config);
  const [measurement] = await measure([engine], phaseOf(config), answers(engine, many));
  if (measurement === undefined) throw new Error('nothing was measured');
  return measurement;
}

describe('storm', () => {
  it('opens all, closes all and begins again, and times TCP, the upgrade and the first message apart', async () => {
    let [most, standing] = [0, 0];
    const { url } = await serve('/', {
      ...ECHO,
      open() {
        most = Math.max(most, ++standing);
      },
      close() {
        standing--;
      },
    });
    const measurement = await stormAt(url);
    expect(measurement).toMatchObject({ faults: {}, errors: {} });
    expect(measurement.counts.opened).toBeGreaterThanOrEqual(100);
    expect(most).toBe(20);
    for (const part of ['tcp', 'upgrade', 'first-message', 'latency'] as const) {
      expect(timed(measurement, part)).toBeGreaterThanOrEqual(100);
    }
    expect(timed(measurement, 'cycle')).toBeGreaterThanOrEqual(4);
  });

  it('keeps to a rate where there is one', async () => {
    const { url } = await serve('/', ECHO);
    const from = performance.now();
    const { counts, errors } = await stormAt(url, { rate: 400 }, 60);
    const seconds = (performance.now() - from) / 1000;
    expect(errors).toEqual({});
    expect(counts.opened).toBeLessThanOrEqual(Math.ceil(seconds * 400) + 1);
  });

  it('waits for the first message of a server that does not echo', async () => {
    const { url } = await serve('/chat', { open: (connection) => void connection.send('{"welcome":true}') });
    const { errors, timings } = await stormAt(url, { adapter: 'broadcast' });
    expect(errors).toEqual({});
    expect(timings['first-message']).toBeDefined();
  });

  it('counts by kind whom the server does not let in', async () => {
    let heads = 0;
    const { url } = await serve('/', {
      ...ECHO,
      upgrade: () => (++heads > 1 && heads % 4 === 0 ? reject(503, 'full') : undefined),
    });
    const { errors, counts } = await stormAt(url, {}, 60);
    expect(Object.keys(errors)).toEqual(['status 503']);
    expect(errors['status 503']).toBeGreaterThan(10);
    expect(counts.opened).toBeGreaterThanOrEqual(60);
  });

  it('counts a server that never sends a first message, and ends in time', async () => {
    const { url } = await serve('/', { message() {} });
    const config = loadConfig('storm', url, { adapter: 'echo', connections: 3, timeoutMs: 100 });
    const engine = await storm.engine(config);
    const [measurement] = await measure([engine], phaseOf(config), () => Promise.resolve());
    expect(measurement?.errors).toEqual({ timeout: 3 });
  });

  it('counts connections that end before their first message by how they ended', async () => {
    const { url } = await serve('/', { message: (connection) => connection.close(1011) });
    const config = loadConfig('storm', url, { adapter: 'echo', connections: 3 });
    const engine = await storm.engine(config);
    const [measurement] = await measure([engine], phaseOf(config), () => Promise.resolve());
    expect(measurement?.errors['closed 1011']).toBeGreaterThanOrEqual(3);
  });

  it('catches a wrong first message', async () => {
    const { url } = await serve('/', {
      message: (connection, data) => void connection.send(`${String(data).slice(1)}!`),
    });
    const config = loadConfig('storm', url, { adapter: 'echo', connections: 2, timeoutMs: 100 });
    const engine = await storm.engine(config);
    const [measurement] = await measure([engine], phaseOf(config), () => Promise.resolve());
    expect(measurement?.faults.corrupted).toBe(2);
  });

  it('says at once when nobody can be let in', async () => {
    const { url } = await serveRaw((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const engine = await storm.engine(loadConfig('storm', url, { adapter: 'echo' }));
    await expect(engine.open()).rejects.toMatchObject({ kind: 'status 403' });
    await engine.close();
  });
});
