import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer as WsServer } from 'ws';
import type { LoadConfig } from '../../../src/bench/config.ts';
import type { Engine } from '../../../src/bench/engine.ts';
import { ATTACK_NAMES } from '../../../src/bench/engines/attacks.ts';
import type { Measurement } from '../../../src/bench/model.ts';
import { hostile } from '../../../src/bench/scenarios/hostile.ts';
import type { RouteHandlers } from '../../../src/node/index.ts';
import { atEnd, clearStage, loadConfig, measure, phaseOf, serve } from './stage.ts';

afterEach(clearStage);

const ECHO: RouteHandlers = { message: (connection, data) => void connection.send(data) };

/** Until the victims have got so many answers. */
function answers(engine: Engine, many: number): () => Promise<void> {
  return async () => {
    while (engine.sample().received < many) await new Promise((resolve) => setImmediate(resolve));
  };
}

async function attackOn(url: string, attack: string, parts: Partial<LoadConfig> = {}, many = 60): Promise<Measurement> {
  const config = loadConfig('hostile', url, { attack, connections: 4, rate: 200, timeoutMs: 3_000, ...parts });
  const engine = await hostile.engine(config);
  const [measurement] = await measure([engine], phaseOf(config), answers(engine, many));
  if (measurement === undefined) throw new Error('nothing was measured');
  return measurement;
}

describe('hostile, against our own server', () => {
  it('sees a message in endless fragments closed, again and again, while the victims are served', async () => {
    const { url } = await serve('/', ECHO);
    const { counts, errors, faults, outcomes } = await attackOn(url, 'tiny-fragments');
    expect({ errors, faults }).toEqual({ errors: {}, faults: {} });
    expect(counts.attacks).toBeGreaterThanOrEqual(2);
    expect(counts.attackersClosed).toBeGreaterThanOrEqual(2);
    expect(Object.keys(outcomes ?? {})).toEqual(['closed 1008']);
  });

  it('sees a bomb refused with 1009 where compression is agreed on', async () => {
    const { url } = await serve('/', ECHO, { deflate: true });
    const { errors, faults, outcomes } = await attackOn(url, 'deflate-bomb');
    expect({ errors, faults }).toEqual({ errors: {}, faults: {} });
    expect(outcomes?.['closed 1009']).toBeGreaterThanOrEqual(2);
  });

  it('says that there is nothing to attack where compression is not agreed on', async () => {
    const { url } = await serve('/', ECHO);
    const { counts, errors, outcomes } = await attackOn(url, 'deflate-bomb');
    expect({ errors, outcomes }).toEqual({ errors: {}, outcomes: { 'no deflate agreed': 2 } });
    expect(counts.attacks).toBeUndefined();
  });

  it('sees slow handshakes cut off in time', async () => {
    const { url } = await serve('/', ECHO, { handshakeTimeoutMs: 60 });
    const { counts, errors, outcomes } = await attackOn(url, 'slow-handshake');
    expect(errors).toEqual({});
    expect(counts.attackersClosed).toBeGreaterThanOrEqual(2);
    expect(Object.keys(outcomes ?? {}).every((kind) => /^(?:cut off|status 408|still open)$/.test(kind))).toBe(true);
  });

  it.each(['ping-flood', 'unread-echo', 'tiny-segments'])(
    'serves the victims beside %s, and says how it ends',
    async (attack) => {
      const { url } = await serve('/', ECHO);
      const { counts, errors, faults, outcomes, timings } = await attackOn(url, attack);
      expect({ errors, faults }).toEqual({ errors: {}, faults: {} });
      expect(counts.attacks).toBeGreaterThanOrEqual(2);
      expect(Object.values(outcomes ?? {}).reduce((sum, many) => sum + many, 0)).toBeGreaterThanOrEqual(2);
      expect(timings.latency).toBeDefined();
    },
  );
});

describe('hostile', () => {
  it('counts attacks that began while it warmed up and go on', async () => {
    const { url } = await serve('/', ECHO);
    const config = loadConfig('hostile', url, { attack: 'unread-echo', connections: 4, rate: 200, timeoutMs: 3_000 });
    const engine = await hostile.engine(config);
    const [measurement] = await measure([engine], phaseOf(config), async () => {
      await answers(engine, 10)();
      engine.reset();
      await answers(engine, 10)();
    });
    expect(measurement?.counts.attacks).toBeGreaterThanOrEqual(2);
  });

  it('knows the six attacks by name and refuses any other', () => {
    expect(ATTACK_NAMES).toHaveLength(6);
    const config = { ...loadConfig('hostile', 'ws://localhost', { rate: 1 }), warmupMs: 0, durationMs: 0 };
    for (const attack of ATTACK_NAMES) expect(hostile.phases({ ...config, attack })).toHaveLength(1);
    expect(() => hostile.phases({ ...config, attack: 'teapot' })).toThrow('there is no attack "teapot"; give one of');
    expect(() => hostile.phases({ ...config, attack: 'ping-flood', share: 0 })).toThrow('between 0 and 1');
    expect(() => hostile.phases({ ...config, attack: 'ping-flood', rate: 0 })).toThrow('needs a rate');
  });

  it('finds an attacker that survives', async () => {
    const server = new WsServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    atEnd(() => new Promise((resolve) => server.close(() => resolve())));
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    const { port } = server.address() as AddressInfo;
    const { outcomes } = await attackOn(`ws://127.0.0.1:${port}`, 'tiny-segments');
    expect(outcomes).toEqual({ 'still open': 2 });
  });

  it('counts from when a message was due: a server that stands still for a while shows in the latency of all that were due', async () => {
    let messages = 0;
    const { url } = await serve('/', {
      message(connection, data) {
        messages++;
        if (messages === 20) {
          const until = performance.now() + 200;
          while (performance.now() < until);
        }
        connection.send(data);
      },
    });
    // The server stands still within this process, so that the victims do as well: what was due meanwhile is sent late.
    const { timings, faults } = await attackOn(url, 'slow-handshake', {}, 100);
    expect(faults).toEqual({});
    const slow = timings.latency?.buckets.filter(([lowest]) => lowest > 50e6).reduce((sum, [, many]) => sum + many, 0);
    expect(slow).toBeGreaterThan(10);
  });

  it('catches an echo that is wrong, doubled or missing for a victim', async () => {
    let messages = 0;
    const { url } = await serve('/', {
      message(connection, data) {
        messages++;
        if (messages === 10) connection.send(data);
        if (messages === 20) connection.send(`${String(data).slice(0, -1)}!`);
        else if (messages !== 30) connection.send(data);
      },
    });
    const { faults } = await attackOn(url, 'slow-handshake', { timeoutMs: 300 }, 40);
    expect(faults).toEqual({ duplicated: 1, corrupted: 1, lost: 1 });
  });

  it('counts a server that closes a victim', async () => {
    let messages = 0;
    const { url } = await serve('/', {
      message(connection, data) {
        if (++messages === 10) connection.close(1011);
        else connection.send(data);
      },
    });
    const { errors } = await attackOn(url, 'slow-handshake');
    expect(errors['closed 1011']).toBe(1);
  });
});
