import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import type { LoadConfig } from '../../../src/bench/config.ts';
import type { Measurement } from '../../../src/bench/model.ts';
import { churn } from '../../../src/bench/scenarios/churn.ts';
import type { RouteHandlers } from '../../../src/node/index.ts';
import { atEnd, clearStage, loadConfig, measure, phaseOf, serve } from './stage.ts';

afterEach(clearStage);

const ECHO: RouteHandlers = { message: (connection, data) => void connection.send(data) };

async function churnAt(url: string, parts: Partial<LoadConfig> = {}, messages = 60): Promise<Measurement> {
  const config = loadConfig('churn', url, { connections: 4, messages: 3, timeoutMs: 5_000, ...parts });
  const engine = await churn.engine(config);
  const [measurement] = await measure([engine], phaseOf(config), async () => {
    while (engine.sample().received < messages) await new Promise((resolve) => setImmediate(resolve));
  });
  if (measurement === undefined) throw new Error('nothing was measured');
  return measurement;
}

/** A server in a process of its own, in plain Node: it answers every frame with a text of its own bytes, and keeps files open. */
const LEAKING_SERVER = `
const { openSync } = require('node:fs');
const { createHash } = require('node:crypto');
require('node:http').createServer().on('upgrade', (request, socket) => {
  if (process.argv[1] === 'leak') openSync('/dev/null');
  const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    const key = bytes.subarray(2, 6);
    const payload = Buffer.from(bytes.subarray(6)).map((byte, at) => byte ^ key[at % 4]);
    socket.write(Buffer.concat([Buffer.from([bytes[0], payload.length]), payload]));
    if ((bytes[0] & 15) === 8) socket.end();
  });
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
`;

async function startChild(kind: string): Promise<{ url: string; pid: number }> {
  const child: ChildProcess = spawn(process.execPath, ['-e', LEAKING_SERVER, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  atEnd(async () => {
    child.kill();
    await once(child, 'exit');
  });
  if (child.stdout === null || child.pid === undefined) throw new Error('the server did not start');
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { url: `ws://127.0.0.1:${port}`, pid: child.pid };
}

describe('churn', () => {
  it('opens, exchanges so many messages, closes cleanly, and goes on', async () => {
    const { url } = await serve('/', ECHO);
    const { counts, faults, errors, outcomes, timings } = await churnAt(url);
    expect({ faults, errors }).toEqual({ faults: {}, errors: {} });
    expect(counts.cleanlyClosed).toBe(counts.closed);
    expect(Object.keys(outcomes ?? {})).toEqual(['closed 1000']);
    expect(counts.closed).toBeGreaterThanOrEqual(15);
    expect(timings.cycle).toBeDefined();
  });

  it('exchanges ten messages where nothing else is said', async () => {
    let [messages, opened] = [0, 0];
    const { url } = await serve('/', {
      open: () => void opened++,
      message(connection, data) {
        messages++;
        connection.send(data);
      },
    });
    const config = loadConfig('churn', url, { connections: 1 });
    const engine = await churn.engine(config);
    await measure([engine], phaseOf(config), () => Promise.resolve());
    expect(messages).toBe(10 * opened);
  });

  it('begins so many cycles a second where there is a rate', async () => {
    const { url } = await serve('/', ECHO);
    const { counts, errors, timings } = await churnAt(url, { rate: 100 }, 30);
    expect(errors).toEqual({});
    expect(counts.closed).toBeGreaterThanOrEqual(6);
    expect(timings.lag).toBeDefined();
  });

  it('tells closings that are not clean', async () => {
    let closings = 0;
    const { url } = await serve('/', {
      ...ECHO,
      message(connection, data) {
        connection.send(data);
        if (++closings > 3 && closings % 3 === 0) connection.terminate();
      },
    });
    const { counts, errors } = await churnAt(url, { connections: 1 }, 30);
    expect(Object.values(errors).reduce((sum, many) => sum + many, 0) + (counts.closed ?? 0)).toBeGreaterThan(5);
    expect(counts.cleanlyClosed ?? 0).toBeLessThan((counts.opened ?? 0) / 2);
  });

  it('catches an echo that is doubled or wrong', async () => {
    let messages = 0;
    const { url } = await serve('/', {
      message(connection, data) {
        messages++;
        if (messages === 11) connection.send(data);
        connection.send(messages === 21 ? `${String(data).slice(0, -1)}!` : data);
      },
    });
    const { faults } = await churnAt(url, { connections: 1, messages: 5 });
    expect(faults).toEqual({ duplicated: 1, corrupted: 1 });
  });

  it('does not hammer a server that fails, and ends in time', async () => {
    let opened = 0;
    const { url } = await serve('/', {
      open(connection) {
        if (++opened > 1) connection.close(1013);
      },
      ...ECHO,
    });
    const config = loadConfig('churn', url, { connections: 2 });
    const engine = await churn.engine(config);
    const [measurement] = await measure([engine], phaseOf(config), async () => {
      while (opened < 6) await new Promise((resolve) => setImmediate(resolve));
    });
    expect(measurement?.errors['closed 1013']).toBeGreaterThanOrEqual(4);
  });

  it.runIf(existsSync('/proc/self/fd'))('counts the descriptors that a server keeps', async () => {
    const { url, pid } = await startChild('leak');
    const { counts } = await churnAt(url, { serverPid: pid });
    const left = (counts.descriptorsAfter ?? 0) - (counts.descriptorsBefore ?? 0);
    expect(left).toBeGreaterThanOrEqual(counts.opened ?? 1);
  });

  it.runIf(existsSync('/proc/self/fd'))('finds nothing that an orderly server keeps', async () => {
    const { url, pid } = await startChild('orderly');
    const { counts } = await churnAt(url, { serverPid: pid });
    expect(counts.descriptorsBefore).toBeGreaterThan(0);
    expect(counts.descriptorsAfter).toBe(counts.descriptorsBefore);
  });
});
