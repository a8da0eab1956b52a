import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../../src/bench/adapters/built-in.ts';
import { loadAdapter } from '../../../src/bench/adapters/load.ts';
import { fanout } from '../../../src/bench/scenarios/fanout.ts';
import type { Connection } from '../../../src/node/index.ts';
import { Count, clearStage, loadConfig, measure, phaseOf, serve } from '../engines/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'ws101-adapters-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(clearStage);

let files = 0;
function moduleWith(source: string): string {
  const path = join(folder, `adapter-${files++}.mjs`);
  writeFileSync(path, source);
  return path;
}

describe('an adapter', () => {
  it.each(Object.keys(ADAPTERS))('%s is built in under its own name', async (name) => {
    expect((await loadAdapter(name)).name).toBe(name);
  });

  it('comes from a module of the user, by name or by default', async () => {
    const named = moduleWith(
      `export const adapter = { name: 'mine', reaches: 'others', wrap: (payload) => 'PUB ' + payload };`,
    );
    expect((await loadAdapter(named)).wrap?.('x', 0)).toBe('PUB x');
    const byDefault = moduleWith(`export default { name: 'other', reaches: 'everybody', path: '/live' };`);
    expect(await loadAdapter(byDefault)).toEqual({ name: 'other', reaches: 'everybody', path: '/live' });
  });

  it.each([
    ['no export', 'export const other = 1;', 'exports neither "adapter" nor a default'],
    ['no object', 'export const adapter = 1;', 'must be an object'],
    ['no name', 'export const adapter = { reaches: "others" };', 'lacks "name"'],
    ['nobody whom it reaches', 'export const adapter = { name: "a" };', 'lacks "reaches"'],
    ['a word that is none', 'export const adapter = { name: "a", reaches: "all" };', 'lacks "reaches"'],
    [
      'a misspelt method',
      'export const adapter = { name: "a", reaches: "others", unwarp() {} };',
      'has "unwarp", which no adapter has',
    ],
    [
      'no function',
      'export const adapter = { name: "a", reaches: "others", wrap: 1 };',
      'has a "wrap" that is no function',
    ],
    ['a bad path', 'export const adapter = { name: "a", reaches: "others", path: "x" };', 'has a "path"'],
    ['bad protocols', 'export const adapter = { name: "a", reaches: "others", protocols: "x" };', 'has "protocols"'],
    ['bad headers', 'export const adapter = { name: "a", reaches: "others", headers: [["a"]] };', 'has "headers"'],
    ['a mistake in its code', 'export const adapter = {', 'cannot be loaded'],
  ])('with %s is refused when it is loaded, and told why', async (_, source, message) => {
    const path = moduleWith(source);
    await expect(loadAdapter(path)).rejects.toThrow(TypeError);
    await expect(loadAdapter(path)).rejects.toThrow(message);
  });

  it('that is not there is refused: a name with the list of names, a path with the file', async () => {
    await expect(loadAdapter('boardcast')).rejects.toThrow('the built-in ones are broadcast, echo, room, ws101-chat');
    await expect(loadAdapter('constructor')).rejects.toThrow('there is no adapter');
    await expect(loadAdapter('./nowhere.mjs')).rejects.toThrow(/is not there: no file .*nowhere\.mjs/);
  });
});

describe('the adapter of our own chat', () => {
  const chat = ADAPTERS['ws101-chat']!;

  it('joins under a name of its own and is ready once it hears of it, in a batch too', () => {
    expect(chat.subscribe?.(3)).toEqual(['{"type":"join","username":"bench-3"}']);
    const join = { type: 'join', room: 'lobby', username: 'bench-3' };
    expect(chat.isReady?.(JSON.stringify(join), 3)).toBe(true);
    expect(chat.isReady?.(JSON.stringify(join), 4)).toBe(false);
    expect(chat.isReady?.(JSON.stringify({ ...join, usernames: ['bench-3', 'bench-4'] }), 4)).toBe(true);
  });

  it('unwraps what was said, passes over what was not, and tells refusals', () => {
    const said = JSON.stringify({ type: 'message', room: 'lobby', username: 'bench-1', message: 'w1abc' });
    expect(chat.unwrap?.(said)).toBe('w1abc');
    expect(chat.unwrap?.('{"type":"leave","username":"bench-1"}')).toBeUndefined();
    expect(chat.unwrap?.(new Uint8Array(3))).toBeUndefined();
    expect(chat.refusal?.('{"type":"error","code":"rate-limited"}')).toBe('rate-limited');
    expect(chat.refusal?.(said)).toBeUndefined();
  });
});

describe('the adapter of the documentation', () => {
  const channels = fileURLToPath(new URL('../../../docs/examples/bench-adapter.mjs', import.meta.url));

  it('fans out over a server of channels, whose other messages are counted apart', async () => {
    const members = new Set<Connection>();
    const { url } = await serve('/channels', {
      protocols: ['channels.v1'],
      message(connection, text) {
        const { subscribe, data } = JSON.parse(String(text)) as { subscribe?: string; data?: string };
        if (subscribe !== undefined) {
          members.add(connection);
          connection.send('{"event":"subscribed"}');
          return;
        }
        for (const member of members) {
          member.send('{"event":"typing"}');
          member.send(JSON.stringify({ event: 'publication', data }));
        }
      },
      close: (connection) => void members.delete(connection),
    });
    const config = loadConfig('fanout', url.replace('/channels', ''), { adapter: channels, connections: 4 });
    const engine = await fanout.engine(config);
    const [measurement] = await measure([engine], phaseOf(config), async () => {
      while (engine.sample().received < 40) await new Promise((resolve) => setImmediate(resolve));
    });
    expect(measurement).toMatchObject({ faults: {}, errors: {} });
    expect(measurement?.counts.others).toBeGreaterThanOrEqual(40);
  });

  it('names what the server refuses', async () => {
    const asked = new Count();
    const { url } = await serve('/channels', {
      protocols: ['channels.v1'],
      message(connection, text) {
        asked.add();
        const isSubscription = String(text).includes('subscribe');
        connection.send(isSubscription ? '{"event":"subscribed"}' : '{"event":"refused","reason":"read only"}');
      },
    });
    const config = loadConfig('fanout', url.replace('/channels', ''), { adapter: channels, connections: 2, rate: 100 });
    const engine = await fanout.engine(config);
    const [measurement] = await measure([engine], phaseOf(config), () => asked.atLeast(5));
    expect(measurement?.errors['refused read only']).toBeGreaterThan(0);
    expect(measurement?.faults.lost).toBeGreaterThan(0);
  });

  it('waits no longer than the timeout for a confirmation, and says so', async () => {
    const { url } = await serve('/channels', { protocols: ['channels.v1'], message() {} });
    const config = loadConfig('fanout', url.replace('/channels', ''), { adapter: channels, timeoutMs: 500 });
    const engine = await fanout.engine(config);
    await expect(engine.open()).rejects.toThrow('did not confirm within 500 ms that a client takes part');
    await engine.close();
  });
});
