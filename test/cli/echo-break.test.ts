import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SWITCHES } from '../../src/conformance/index.ts';
import { endAll, runHere, start } from './command-line.ts';

afterEach(endAll);

describe('ws101 echo --break', () => {
  it('serves as ever but for the rule that it breaks', async () => {
    const running = start('echo', '--port', '0', '--break', 'twice,pong-empty');
    expect(await running.firstLine).toMatch(/^listening on ws:\/\/localhost:[1-9]\d*\/, broken: twice, pong-empty$/);
    const socket = new WebSocket(`ws://127.0.0.1:${await running.port}/any/path`);
    const messages: string[] = [];
    await once(socket, 'open');
    socket.on('message', (data) => messages.push(String(data)));
    const pong = once(socket, 'pong');
    socket.send('grüße');
    socket.ping('hello');
    expect(String((await pong)[0])).toBe('');
    expect(messages).toEqual(['grüße', 'grüße']);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  });

  it('lists every rule that it can break', async () => {
    const { code, stdout } = await runHere('echo', '--break', 'list');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(SWITCHES.length);
    for (const [i, { name, breaks, section }] of SWITCHES.entries())
      expect(lines[i]?.trim().replace(/ {2,}/, ' ')).toBe(`${name} ${breaks} (${section})`);
  });

  it('refuses a name that it does not know, and says which one is meant', async () => {
    const { code, stderr } = await runHere('echo', '--break', 'mask-unchecked');
    expect(code).toBe(2);
    expect(stderr).toContain('--break knows no "mask-unchecked"; did you mean masks-unchecked?');
    expect((await runHere('echo', '--break', 'everything')).stderr).toContain('see ws101 echo --break list');
  });
});
