import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Connection } from '../../src/node/index.ts';
import { PROTOCOL_LIMITS } from '../../src/protocol/index.ts';
import { RunningExample } from './run.ts';

const page = readFileSync(new URL('../../docs/from-go.md', import.meta.url), 'utf8');

describe('from-go.ts', () => {
  it('does what the page for those who come from Go says', async () => {
    const lines = await new RunningExample('from-go.ts').toEnd();
    // Both ends print, so the order says nothing.
    expect(lines.sort()).toEqual([
      'echo: 1009',
      'echo: hello',
      'login: 4002 "too slow", clean, by local',
      'login: too slow',
      'ping: answered, measured',
      'relay: zwölf Boxkämpfer',
      'room: hi all and hi all',
      expect.stringMatching(/^stranger: .*403/),
    ]);
  });
});

describe('the page for those who come from Go', () => {
  it('names methods of a connection that there are', () => {
    const own = ['send', 'sendAndDrain', 'sendPart', 'receive', 'ping', 'close', 'terminate'];
    expect(own.filter((name) => !(name in Connection.prototype))).toEqual([]);
    expect(own.filter((name) => !page.includes(`${name}(`))).toEqual([]);
    for (const name of ['rttMs', 'remoteAddress', 'closed']) expect(name in Connection.prototype).toBe(true);
  });

  it('tells the limits as they are', () => {
    expect(PROTOCOL_LIMITS.maxMessageBytes).toBe(1024 * 1024);
    expect(page).toContain('ws101 up to 1 MiB');
    expect(PROTOCOL_LIMITS.closeTimeoutMs).toBe(3_000);
    expect(page).toContain('for three seconds at most');
  });
});
