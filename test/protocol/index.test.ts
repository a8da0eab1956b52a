import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as protocol from '../../src/protocol/index.ts';

describe('the protocol', () => {
  it('gives out the names that an embedder needs, and few others', () => {
    const names = Object.keys(protocol);
    expect(names.length).toBeLessThanOrEqual(14);
    expect(names).toEqual(
      expect.arrayContaining([
        'CLOSING_TABLE',
        'KEEPALIVE',
        'MESSAGE_RULES',
        'MemoryBudget',
        'PROTOCOL_LIMITS',
        'PreparedMessage',
        'Protocol',
        'Slab',
        'resolveLimits',
      ]),
    );
  });

  it('is what the package exports as ./protocol', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(manifest.exports['./protocol'].default).toBe('./dist/protocol/index.js');
  });

  it('names each rule of messages with a close code that may be sent and a section', () => {
    for (const [code, rule] of Object.entries(protocol.MESSAGE_RULES)) {
      expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect([1007, 1008, 1009, 1013]).toContain(rule.closeCode);
      expect(rule.section).toMatch(/^RFC 6455 §\d/);
    }
  });
});
