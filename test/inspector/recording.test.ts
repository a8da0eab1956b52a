import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createInspector } from '../../src/inspector/index.ts';
import { Stage, upgrade } from './stage.ts';

let stage: Stage;
let folder: string;
beforeEach(() => {
  stage = new Stage();
  folder = mkdtempSync(join(tmpdir(), 'inspector-'));
});
afterEach(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

describe('a recording', () => {
  test('shows the same entries as the live page did, with their times', async () => {
    const path = join(folder, 'a.ndjson');
    const port = await stage.target(async (peer) => {
      await peer.accept();
      await peer.expectFrame(1, 'Hello');
      peer.sendFrame(9, 'x', { rsv: 1 });
      peer.sendClose(1000);
      peer.end();
    });
    const inspector = await createInspector({ target: `ws://user:secret@127.0.0.1:${port}/deep`, record: path });
    const address = await inspector.listen({ host: '127.0.0.1', port: 0 });
    const viewer = await stage.viewer(address.port);
    const client = await stage.client(address.port);
    client.send(upgrade('/'));
    await client.readHead();
    client.sendFrame(1, 'Hello');
    await client.readEnd();
    client.end();
    await viewer.ended();
    await inspector.close();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(JSON.parse(lines[0]!)).toMatchObject({ type: 'ws101-inspection', target: `ws://127.0.0.1:${port}/deep` });
    expect(lines.join()).not.toContain('secret');
    const again = await stage.viewer(await stage.inspect({ replay: path }));
    expect(again.hello).toMatchObject({ mode: 'replay', target: `ws://127.0.0.1:${port}/deep` });
    expect(again.entries).toEqual(viewer.entries);
    expect(again.totals).toEqual(viewer.totals);
    expect(again.totals).toMatchObject({ connections: 1, open: 0, violations: 1 });
  });

  const wrong: [what: string, text: string, sentence: RegExp][] = [
    ['is empty', '', /empty/],
    ['is no JSON', 'hello', /line 1: this is no JSON/],
    ['is for another tool', '{"schema":1,"type":"ws101-recording"}', /for ws101 bench/],
    ['has no time', '{"schema":1,"type":"ws101-inspection","target":"ws://a/"}', /line 1: a recording begins with/],
    ['has a connection that was not opened', line({ event: 'end', connection: 3, at_ms: 1 }), /line 2: connection 3/],
    ['has an unknown event', line({ event: 'x', connection: 3, at_ms: 1 }), /line 2: event must be/],
    ['has a time before its beginning', line({ event: 'end', connection: 1, at_ms: -1 }), /line 2: at_ms/],
    ['has bytes that are none', bytes({ bytes: '%' }), /line 3: bytes must be base64/],
    ['has bytes of nobody', bytes({ from: 'me' }), /line 3: from must be/],
  ];

  function line(event: object): string {
    const start = { schema: 1, type: 'ws101-inspection', target: 'ws://a/', started_at: '2026-01-02T03:04:05.000Z' };
    return `${JSON.stringify(start)}\n${JSON.stringify(event)}`;
  }

  function bytes(fields: object): string {
    const event = { event: 'bytes', connection: 1, at_ms: 1, from: 'client', bytes: '', ...fields };
    return `${line({ event: 'open', connection: 1, at_ms: 0 })}\n${JSON.stringify(event)}`;
  }

  test.each(wrong)('that %s is refused with the line that is wrong', async (_what, text, sentence) => {
    const path = join(folder, 'wrong.ndjson');
    writeFileSync(path, text);
    await expect(createInspector({ replay: path })).rejects.toThrow(sentence);
  });

  test('that is not there, or cannot be written, is an error of the system', async () => {
    await expect(createInspector({ replay: join(folder, 'none') })).rejects.toMatchObject({ code: 'ENOENT' });
    const record = join(folder, 'none', 'a.ndjson');
    await expect(createInspector({ target: 'ws://a/', record })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
