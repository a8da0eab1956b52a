import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { endAll, runHere, start } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'ws101-chat-'));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true }));

describe('ws101 chat', () => {
  it('takes only users with a token, and writes a log of one JSON object in a line, without tokens', async () => {
    const secret = 'a secret of more than thirty-two bytes, for tests alone';
    const running = start('chat', '--port', '0', '--jwt-secret-file', file('secret', `${secret}\n`), '--log', 'json');
    const url = `ws://127.0.0.1:${await running.port}/chat`;
    const refused = new WebSocket(url, 'ws101.chat.v1');
    const [, response] = (await once(refused, 'unexpected-response')) as [unknown, { statusCode: number }];
    refused.on('error', () => undefined).terminate();
    expect(response.statusCode).toBe(401);
    const token = await new SignJWT({ name: 'ann' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('1')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret));
    const socket = new WebSocket(url, ['ws101.chat.v1', `ws101.bearer.${token}`]);
    await once(socket, 'open');
    socket.send('{"type":"hello"}');
    const [welcome] = await once(socket, 'message');
    expect(JSON.parse(String(welcome))).toMatchObject({ type: 'welcome', username: 'ann' });
    const bye = once(socket, 'message');
    const closed = once(socket, 'close');
    running.child.kill('SIGTERM');
    expect(JSON.parse(String((await bye)[0]))).toMatchObject({ type: 'bye', retryAfterMs: expect.any(Number) });
    expect((await closed)[0]).toBe(1001);
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    const lines = stderr.trim().split('\n');
    const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).toEqual(['unauthorized', 'open', 'shutdown', 'close']);
    expect(stderr).not.toContain(token.slice(0, 30));
  });

  it.each<[string, () => string[], string]>([
    ['a secret that is too short', () => ['--jwt-secret-file', file('short', 'secret')], 'at least 32 bytes'],
    ['a file that is not there', () => ['--jwt-secret-file', join(folder, 'none')], 'ENOENT'],
    ['keys that are no JSON', () => ['--jwks', file('text', 'no keys')], 'holds no JSON'],
    ['keys that are none', () => ['--jwks', file('other', '{"a":1}')], 'JSON Web Key Set'],
    ['two kinds of keys', () => ['--jwks', 'https://a.example', '--jwt-secret-file', 'x'], 'give either'],
    ['an issuer without keys', () => ['--jwt-issuer', 'https://a.example'], '--jwt-secret-file or --jwks'],
    ['another log', () => ['--log', 'xml'], 'none, json'],
    ['a rate of nothing', () => ['--rate', '0'], 'whole number from 1'],
  ])('names the mistake in one line: %s', async (_what, args, says) => {
    const { code, stderr } = await runHere('chat', '--port', '0', ...args());
    expect([code, stderr.split('\n').length]).toEqual([2, 2]);
    expect(stderr).toContain(says);
  });
});
