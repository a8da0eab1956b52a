import { afterEach, describe, expect, it } from 'vitest';
import type { LoadConfig } from '../../../src/bench/config.ts';
import { DeliveryEngine } from '../../../src/bench/engines/delivery-engine.ts';
import type { Measurement } from '../../../src/bench/model.ts';
import { chat } from '../../../src/bench/scenarios/chat.ts';
import { fanout } from '../../../src/bench/scenarios/fanout.ts';
import { createChatServer } from '../../../src/chat/index.ts';
import type { Connection } from '../../../src/node/index.ts';
import { type Misbehaviour, startHub } from './hub.ts';
import { atEnd, clearStage, loadConfig, measure, phaseOf, serve, serveRaw, timed } from './stage.ts';

afterEach(clearStage);

/** A closed loop of so many publications against a hub that misbehaves. */
async function fanOutTo(
  misbehave: Misbehaviour,
  parts: Partial<LoadConfig> = {},
  publications = 20,
): Promise<Measurement> {
  const hub = await startHub(misbehave);
  const config = loadConfig('fanout', hub.url, { adapter: 'room', connections: 5, depth: 2, ...parts });
  const engine = await fanout.engine(config);
  const [measurement] = await measure([engine], phaseOf(config), () => hub.publications.atLeast(publications));
  if (measurement === undefined) throw new Error('nothing was measured');
  return measurement;
}

describe('fanout', () => {
  it('counts every delivery to every receiver and times the first, the median and the last', async () => {
    const { counts, faults, errors, timings } = await fanOutTo(({ data }) => [data], {}, 100);
    expect({ faults, errors }).toEqual({ faults: {}, errors: {} });
    expect(counts.published).toBeGreaterThanOrEqual(100);
    expect(counts.expectedDeliveries).toBe(5 * (counts.published ?? 0));
    expect(Object.keys(timings).sort()).toEqual(['first', 'last', 'latency', 'median']);
    expect(timed({ counts, faults, errors, timings }, 'last')).toBe(
      timed({ counts, faults, errors, timings }, 'first'),
    );
    expect(counts.held).toBe(5);
  });

  it('neither expects nor blames the copy that a sender gets of its own with the adapter broadcast', async () => {
    const withOwn = await fanOutTo(({ data }) => [data], { adapter: 'broadcast' });
    expect(withOwn.faults).toEqual({});
    expect(withOwn.counts.others).toBeGreaterThan(0);
    expect(withOwn.counts.expectedDeliveries).toBe(4 * (withOwn.counts.published ?? 0));
  });

  it('waits with the next publication until all receivers have the earlier one', async () => {
    const delivered = new Set<number>();
    let early = 0;
    const { faults, counts } = await fanOutTo(
      ({ member, publication, data, socket }) => {
        // The fourth receiver gets everything a moment late.
        if (member !== 3) return [data];
        if (publication > 0 && !delivered.has(publication - 1)) early++;
        setImmediate(() => {
          delivered.add(publication);
          socket.send(data, { binary: false });
        });
        return [];
      },
      { depth: 1 },
    );
    expect({ faults, early }).toEqual({ faults: {}, early: 0 });
    expect(counts.published).toBeGreaterThanOrEqual(20);
  });

  it('keeps the offered rate in an open loop, however slow the receivers are', async () => {
    const { counts, faults, timings } = await fanOutTo(({ data }) => [data], { rate: 400 }, 100);
    expect(faults).toEqual({});
    expect(counts.published).toBeGreaterThanOrEqual(100);
    expect(timings.lag).toBeDefined();
  });

  it('catches one delivery that one member does not get', async () => {
    const { faults, errors } = await fanOutTo(
      ({ member, publication, data }) => (member === 2 && publication === 7 ? [] : [data]),
      { depth: 1 },
    );
    expect(faults).toEqual({ lost: 1 });
    expect(errors).toEqual({ timeout: 1 });
  });

  it('catches one delivery that one member does not get in an open loop, without waiting for it', async () => {
    const { faults, errors } = await fanOutTo(
      ({ member, publication, data }) => (member === 2 && publication === 7 ? [] : [data]),
      { rate: 1000 },
    );
    expect({ faults, errors }).toEqual({ faults: { lost: 1 }, errors: {} });
  });

  it('catches a delivery that comes twice', async () => {
    const { faults } = await fanOutTo(({ member, publication, data }) =>
      member === 1 && publication === 3 ? [data, data] : [data],
    );
    expect(faults).toEqual({ duplicated: 1 });
  });

  it('catches two deliveries that change places', async () => {
    let held: Buffer | undefined;
    const { faults } = await fanOutTo(
      ({ member, publication, data }) => {
        if (member !== 4) return [data];
        if (publication === 10) {
          held = data;
          return [];
        }
        const late = held;
        held = undefined;
        return late === undefined ? [data] : [data, late];
      },
      { rate: 1000 },
    );
    expect(faults).toEqual({ reordered: 1 });
  });

  it('catches a delivery that is cut short, and one that was changed, each as that and nothing else', async () => {
    const { faults } = await fanOutTo(({ member, publication, data }) => {
      if (member === 0 && publication === 5) return [data.subarray(0, 30)];
      if (member === 1 && publication === 6) data[35] = (data[35] ?? 0) ^ 1;
      return [data];
    });
    expect(faults).toEqual({ truncated: 1, corrupted: 1 });
  });

  it('catches what was never published', async () => {
    const { faults } = await fanOutTo(({ member, publication, data }) => {
      if (member !== 1 || publication !== 4) return [data];
      const invented = Buffer.from(data);
      invented[13] = 0x31;
      return [data, invented];
    });
    expect(faults).toEqual({ corrupted: 1 });
  });

  it('catches a member that never gets anything', async () => {
    const { faults, counts } = await fanOutTo(({ member, data }) => (member === 3 ? [] : [data]), { rate: 1000 });
    expect(faults).toEqual({ lost: counts.published });
  });

  it('records what is lost at its age, so that loss makes nothing look faster', async () => {
    const { counts, timings, faults, errors } = await fanOutTo(({ member, data }) => (member === 3 ? [] : [data]), {
      rate: 500,
    });
    expect(timings.latency?.max).toBeGreaterThan(0.4e9);
    expect(timed({ counts, faults, errors, timings }, 'latency')).toBe((counts.published ?? 0) * 5);
  });

  it('counts a connection that the server closes by its code, and goes on with the others', async () => {
    const { errors, faults, counts } = await fanOutTo(({ member, publication, data, socket }) => {
      if (member === 2 && publication === 5) socket.close(1011);
      return [data];
    });
    expect(errors).toEqual({ 'closed 1011': 1 });
    expect(faults).toEqual({});
    expect(counts.published).toBeGreaterThanOrEqual(20);
  });

  it('tells what is no publication from what is', async () => {
    const { faults, counts } = await fanOutTo(({ data }) => [Buffer.from('{"presence":7}'), data]);
    expect(faults).toEqual({});
    expect(counts.others).toBeGreaterThanOrEqual(5 * 18);
  });

  it('spreads receivers over workers: the next publication waits for all of theirs, and losses of each are found', async () => {
    const hub = await startHub(({ member, publication, data }) => (member === 4 && publication === 9 ? [] : [data]));
    const config = loadConfig('fanout', hub.url, { adapter: 'room', connections: 7, workers: 3 });
    const engines = await Promise.all([0, 1, 2].map((worker) => fanout.engine({ ...config, worker })));
    const measurements = await measure(engines, phaseOf(config), () => hub.publications.atLeast(20));
    const published = measurements.map(({ counts }) => counts.published ?? 0);
    expect(published).toEqual([expect.any(Number), 0, 0]);
    const received = measurements.reduce((sum, { counts }) => sum + (counts.received ?? 0), 0);
    expect(measurements.map(({ faults }) => faults.lost ?? 0).reduce((sum, lost) => sum + lost)).toBe(1);
    expect(received).toBeGreaterThanOrEqual(7 * 18 - 1);
    for (const { timings } of measurements) expect(timings.last).toBeUndefined();
  });

  it('finds the last publication lost in a worker that has not seen it', async () => {
    let final = -1;
    const hub = await startHub(({ member, publication, data }) => {
      final = Math.max(final, publication);
      return member >= 2 && publication >= 15 ? [] : [data];
    });
    const config = loadConfig('fanout', hub.url, { adapter: 'room', connections: 4, workers: 2, rate: 500 });
    const engines = await Promise.all([0, 1].map((worker) => fanout.engine({ ...config, worker })));
    const measurements = await measure(engines, phaseOf(config), () => hub.publications.atLeast(20));
    const lost = measurements.reduce((sum, { faults }) => sum + (faults.lost ?? 0), 0);
    expect(lost).toBe(2 * (final + 1 - 15));
  });

  it('cannot begin when the publisher is refused, and says so', async () => {
    const { url } = await serveRaw((socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
    const engine = await fanout.engine(loadConfig('fanout', url));
    await expect(engine.open()).rejects.toThrow('404');
    await engine.close();
  });

  it('counts a server that takes connections and never answers as silent', async () => {
    const { url } = await serveRaw(() => {});
    const engine = await fanout.engine(loadConfig('fanout', url));
    await expect(engine.open()).rejects.toMatchObject({ kind: 'silent' });
    await engine.close();
  });

  it('refuses sizes that have no room for numbers, and more publishers than connections', () => {
    const options = { ...loadConfig('fanout', 'ws://localhost'), warmupMs: 0, durationMs: 0 };
    expect(() => fanout.phases({ ...options, source: { kind: 'size', bytes: 31 } })).toThrow('at least 32 bytes');
    expect(() => fanout.phases({ ...options, publishers: 5 })).toThrow('of 4 connections 5 cannot publish');
  });
});

describe('chat', () => {
  it('lets everybody publish and finds each delivery of each to each', async () => {
    const hub = await startHub();
    const config = loadConfig('chat', hub.url, { adapter: 'room', connections: 6, rate: 600 });
    const [measurement] = await measure([await chat.engine(config)], phaseOf(config), () =>
      hub.publications.atLeast(60),
    );
    expect(measurement?.faults).toEqual({});
    expect(measurement?.counts.expectedDeliveries).toBe(6 * (measurement?.counts.published ?? 0));
  });

  it('catches one loss, one doubling and one change of places among many senders', async () => {
    let held: Buffer | undefined;
    const hub = await startHub(({ member, publication, data }) => {
      if (member === 1 && publication === 10) return [];
      if (member === 2 && publication === 12) return [data, data];
      if (member === 3 && publication === 14) {
        held = data;
        return [];
      }
      // Six senders take turns: eight publications later the same one has published again.
      return member === 3 && publication === 22 && held !== undefined ? [data, held] : [data];
    });
    const config = loadConfig('chat', hub.url, { adapter: 'room', connections: 6, rate: 600 });
    const [measurement] = await measure([await chat.engine(config)], phaseOf(config), () =>
      hub.publications.atLeast(60),
    );
    expect(measurement?.faults).toEqual({ lost: 1, duplicated: 1, reordered: 1 });
  });

  it('works over several workers', async () => {
    const hub = await startHub();
    const config = loadConfig('chat', hub.url, { adapter: 'broadcast', connections: 5, rate: 500, workers: 2 });
    const engines = await Promise.all([0, 1].map((worker) => chat.engine({ ...config, worker })));
    const measurements = await measure(engines, phaseOf(config), () => hub.publications.atLeast(50));
    expect(measurements.map(({ faults }) => faults)).toEqual([{}, {}]);
    for (const { counts } of measurements) expect(counts.published).toBeGreaterThan(0);
  });

  it('speaks to our own chat: joins, is understood, and counts what was refused', async () => {
    const server = createChatServer({ chat: { rateLimit: { capacity: 1000, refillPerSecond: 1000 } } });
    const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as { port: number };
    atEnd(() => server.shutdown({ deadlineMs: 1 }));
    const url = `ws://127.0.0.1:${port}`;
    const config = loadConfig('chat', url, { adapter: 'ws101-chat', connections: 4, rate: 400 });
    const engine = await chat.engine(config);
    let seen = 0;
    const [measurement] = await measure([engine], phaseOf(config), async () => {
      while (seen < 100) {
        await new Promise((resolve) => setImmediate(resolve));
        seen = engine.sample().received;
      }
    });
    expect(measurement).toMatchObject({ faults: {}, errors: {} });
  });

  it('names the rate limit of a chat that keeps one', async () => {
    const server = createChatServer({ chat: { rateLimit: { capacity: 2, refillPerSecond: 1 } } });
    const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as { port: number };
    atEnd(() => server.shutdown({ deadlineMs: 1 }));
    const config = loadConfig('chat', `ws://127.0.0.1:${port}`, { adapter: 'ws101-chat', connections: 2, rate: 500 });
    const engine = await chat.engine(config);
    const [measurement] = await measure([engine], phaseOf(config), async () => {
      // Eight deliveries are all that the limit lets through; a moment later more has been published and refused.
      const until = performance.now() + 20;
      const goesOn = (): boolean => engine.sample().received < 8 || performance.now() < until;
      while (goesOn()) await new Promise((resolve) => setImmediate(resolve));
    });
    expect(measurement?.errors['refused rate-limited']).toBeGreaterThan(0);
  });
});

describe('against our own server', () => {
  it('fans out through a broadcast route', async () => {
    const members = new Set<Connection>();
    const { url } = await serve('/', {
      open: (connection) => void members.add(connection),
      message(connection, data) {
        for (const member of members) if (member !== connection) member.send(data);
      },
      close: (connection) => void members.delete(connection),
    });
    const config = loadConfig('fanout', url, { connections: 20, depth: 4 });
    const engine = await DeliveryEngine.create(config, { publishers: 1 });
    const [measurement] = await measure([engine], phaseOf(config), async () => {
      while (engine.sample().received < 1000) await new Promise((resolve) => setImmediate(resolve));
    });
    expect(measurement).toMatchObject({ faults: {}, errors: {} });
    expect(measurement?.counts.held).toBe(20);
  });
});
