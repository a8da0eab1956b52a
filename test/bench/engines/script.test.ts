import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { LoadConfig } from '../../../src/bench/config.ts';
import type { Measurement } from '../../../src/bench/model.ts';
import { script } from '../../../src/bench/scenarios/script.ts';
import { type RouteHandlers, reject } from '../../../src/node/index.ts';
import { Count, clearStage, loadConfig, measure, phaseOf, serve, serveRaw } from './stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'ws101-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(clearStage);

const EXAMPLE = fileURLToPath(new URL('../../../docs/examples/bench-script.mjs', import.meta.url));
const ECHO: RouteHandlers = { message: (connection, data) => void connection.send(data) };

let files = 0;
function moduleWith(source: string): string {
  const path = join(folder, `client-${files++}.mjs`);
  writeFileSync(path, source);
  return path;
}

async function run(url: string, file: string, parts: Partial<LoadConfig> = {}, many = 0): Promise<Measurement> {
  const config = loadConfig('script', url, { file, connections: 3, ...parts });
  const engine = await script.engine(config);
  const [measurement] = await measure([engine], phaseOf(config), async () => {
    while (engine.sample().received < many) await new Promise((resolve) => setImmediate(resolve));
  });
  if (measurement === undefined) throw new Error('nothing was measured');
  return measurement;
}

describe('script', () => {
  it('runs the example of the documentation on each connection until the bench is over', async () => {
    const opened = new Count();
    const { url } = await serve('/', { ...ECHO, open: () => void opened.add() });
    const config = loadConfig('script', url, { file: EXAMPLE, connections: 3, timeoutMs: 5_000 });
    const engine = await script.engine(config);
    const [measurement] = await measure([engine], phaseOf(config), async () => {
      await opened.atLeast(3);
      while (engine.sample().received < 50) await new Promise((resolve) => setImmediate(resolve));
    });
    expect(measurement).toMatchObject({ errors: {}, faults: {}, outcomes: { 'clients stopped': 3 } });
    expect(measurement?.counts.opened).toBe(3);
    expect(measurement?.timings.latency).toBeDefined();
  });

  it('gives each client its number, over all workers, and numbers that repeat themselves', async () => {
    const { url } = await serve('/', ECHO);
    const said: string[] = [];
    const spy = vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
    const file = moduleWith(
      'export async function client({ index, random, log, measure }) { log(random()); await measure(async () => index); }',
    );
    const config = loadConfig('script', url, { file, connections: 3, workers: 2, seed: 5 });
    for (let time = 0; time < 2; time++) {
      const engines = await Promise.all([0, 1].map((worker) => script.engine({ ...config, worker })));
      const measurements = await measure(engines, phaseOf(config), () => Promise.resolve());
      expect(measurements.map(({ outcomes }) => outcomes)).toEqual([expect.anything(), expect.anything()]);
    }
    spy.mockRestore();
    expect(said.slice(0, 3).sort()).toEqual(said.slice(3).sort());
    expect(
      said
        .map((line) => line.split(':')[0])
        .slice(0, 3)
        .sort(),
    ).toEqual(['client 0', 'client 1', 'client 2']);
  });

  it('counts what a client throws by kind: a refused handshake, a failed measurement, a mistake', async () => {
    const { url } = await serve('/', { upgrade: () => reject(403, 'no') });
    const errorsOf = async (where: string, work: string): Promise<Measurement['errors']> => {
      const failed = new Count();
      const spy = vi.spyOn(console, 'error').mockImplementation(() => void failed.add());
      const file = moduleWith(`export async function client({ connect, measure, log }) {
        try { ${work} } catch (error) { log('failed'); throw error; }
      }`);
      const config = loadConfig('script', where, { file, connections: 3 });
      const [measurement] = await measure([await script.engine(config)], phaseOf(config), async () => {
        await failed.atLeast(3);
        await new Promise((resolve) => setImmediate(resolve));
      });
      spy.mockRestore();
      return measurement?.errors ?? {};
    };
    expect(await errorsOf(url, 'await measure(() => connect())')).toEqual({ 'status 403': 3 });
    expect(await errorsOf(url, 'throw new Error("wrong answer")')).toEqual({ 'client failed: wrong answer': 3 });
    expect(await errorsOf('ws://127.0.0.1:1', 'await connect()')).toEqual({ refused: 3 });
  });

  it('does not wait forever for a client that does not return', async () => {
    const { url } = await serve('/', ECHO);
    const stubborn = moduleWith('export const client = () => new Promise(() => {});');
    expect((await run(url, stubborn, { timeoutMs: 50 })).errors).toEqual({ 'client did not return': 1 });
  });

  it('gives up connecting when the bench is over, and lets the client return', async () => {
    const asked = new Count();
    const { url } = await serveRaw(() => void asked.add());
    const file = moduleWith('export async function client({ connect }) { await connect(); }');
    const config = loadConfig('script', url, { file, connections: 2, timeoutMs: 10_000 });
    const [measurement] = await measure([await script.engine(config)], phaseOf(config), () => asked.atLeast(2));
    expect(measurement).toMatchObject({ errors: {}, outcomes: { 'clients stopped': 2 } });
  });

  it('closes what clients leave open', async () => {
    const { url, server } = await serve('/', ECHO);
    const file = moduleWith('export async function client({ connect, measure }) { await measure(() => connect()); }');
    const { outcomes } = await run(url, file, {}, 3);
    expect(outcomes).toEqual({ 'clients finished': 3 });
    await Promise.all([...server.connections].map(({ closed }) => closed));
    expect(server.connections.size).toBe(0);
  });

  it('refuses a module without a client, and names what is missing', async () => {
    const config = loadConfig('script', 'ws://localhost');
    await expect(script.engine(config)).rejects.toThrow('needs the file of a module');
    await expect(script.engine({ ...config, file: './nowhere.mjs' })).rejects.toThrow('is not there');
    await expect(script.engine({ ...config, file: moduleWith('export const other = 1;') })).rejects.toThrow(
      'exports no "client"',
    );
    await expect(script.engine({ ...config, file: moduleWith('export const client = 1;') })).rejects.toThrow(
      'is no function',
    );
    expect(() => script.phases({ ...config, warmupMs: 0, durationMs: 0 })).toThrow('needs the file of a module');
  });
});
