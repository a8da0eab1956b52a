import { describe, expect, test } from 'vitest';
import { jsonLog } from '../../src/chat/chat-log.ts';

const start = () => {
  let now = Date.parse('2025-01-31T12:00:00.000Z');
  const lines: string[] = [];
  const log = jsonLog(
    (line) => lines.push(line),
    () => now,
  );
  return { log, lines, pass: (ms: number) => (now += ms) };
};

describe('the log in JSON', () => {
  test('is one object in a line, with time and event first', () => {
    const { log, lines } = start();
    log('open', { connection: 7, address: '::1', clean: true, user: undefined });
    expect(lines).toEqual([
      '{"time":"2025-01-31T12:00:00.000Z","event":"open","connection":7,"address":"::1","clean":true}\n',
    ]);
  });

  test.each([
    '\r\n{"event":"forged"}',
    '\u001b[2Jgone',
    '\u009b31m',
    'a\u2028b\u2029c',
    '\u202egnp.exe',
    'zero\u200bwidth',
    '\ud800 alone',
    '\u007f',
    '\u{e0001}tag',
  ])('shows nothing of %j as it is, and loses nothing of it', (text) => {
    const { log, lines } = start();
    log('open', { text });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ text });
  });

  test('bounds each text by 256 bytes', () => {
    const { log, lines } = start();
    log('open', { fits: 'x'.repeat(256), long: 'x'.repeat(257), wide: 'é'.repeat(200), huge: '😀'.repeat(1e6) });
    const line = JSON.parse(lines[0] ?? '') as Record<string, string>;
    expect(line.fits).toBe('x'.repeat(256));
    expect(line.long).toBe(`${'x'.repeat(253)}…`);
    expect(line.wide).toBe(`${'é'.repeat(126)}…`);
    expect(line.huge).toBe(`${'😀'.repeat(63)}…`);
  });

  test('thins out a flood, and says how much is missing', () => {
    const { log, lines, pass } = start();
    for (let count = 0; count < 1000; count++) log('open');
    expect(lines).toHaveLength(200);
    pass(1000);
    log('close');
    expect(JSON.parse(lines[200] ?? '')).toMatchObject({ event: 'close', suppressed: 800 });
    log('close');
    expect(JSON.parse(lines[201] ?? '')).not.toHaveProperty('suppressed');
  });
});
