import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LIMIT_TABLES } from '../../scripts/limits.ts';
import { renderLimits } from '../../scripts/limits-page.ts';
import { CHAT_LIMITS } from '../../src/chat/limits.ts';
import { HEAD_LIMITS } from '../../src/handshake/index.ts';
import { LIMITS } from '../../src/node/index.ts';
import { KEEPALIVE, PROTOCOL_LIMITS } from '../../src/protocol/index.ts';
import { ROOM_LIMITS } from '../../src/rooms/index.ts';
import { titlesOf } from './named.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FLOORS = ['codec', 'handshake', 'protocol', 'rooms', 'node', 'chat'];
const PAGE = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');

describe('docs/limits.md', () => {
  it('has the figures of the code; npm run docs:limits makes it', () => {
    expect(renderLimits()).toBe(PAGE);
  });

  it('has a row for each limit of each frozen table, and no other', () => {
    for (const values of [{ ...HEAD_LIMITS, ...PROTOCOL_LIMITS, ...LIMITS }, KEEPALIVE, ROOM_LIMITS, CHAT_LIMITS]) {
      const names = Object.keys(values).sort();
      const table = LIMIT_TABLES.find(({ rows }) => `${Object.keys(rows).sort()}` === `${names}`);
      expect(table?.values).toEqual(values);
    }
    for (const { values } of LIMIT_TABLES) {
      for (const [name, value] of Object.entries(values)) expect([name, value > 0]).toEqual([name, true]);
    }
  });

  it('has every table of limits that the code exports, whatever it is called', async () => {
    const found: string[] = [];
    const files = FLOORS.flatMap((floor) =>
      readdirSync(join(ROOT, 'src', floor), { recursive: true }).map((file) => join('src', floor, String(file))),
    );
    for (const file of files.filter((name) => name.endsWith('.ts'))) {
      const names = readFileSync(join(ROOT, file), 'utf8').matchAll(/^export const ((?:[A-Z]+_)*LIMITS)\b/gm);
      for (const [, name = ''] of names) {
        const { [name]: values } = (await import(join(ROOT, file))) as Record<string, Record<string, number>>;
        const isShown = LIMIT_TABLES.some((table) =>
          Object.entries(values ?? {}).every(([limit, value]) => limit in table.rows && table.values[limit] === value),
        );
        expect([file, name, isShown]).toEqual([file, name, true]);
        found.push(name);
      }
    }
    expect(found.length).toBeGreaterThan(11);
  });

  it('shows tests that exist', () => {
    const titles = new Map<string, readonly string[]>();
    for (const [file, title] of LIMIT_TABLES.flatMap(({ rows }) => Object.values(rows).flatMap(({ tests }) => tests))) {
      const known = titles.get(file) ?? titlesOf(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
      titles.set(file, known);
      expect(known, file).toContain(title);
    }
    expect(titles.size).toBeGreaterThan(10);
  });

  it('says what happens at each, and by which test it is known', () => {
    for (const { rows } of LIMIT_TABLES) {
      for (const [name, { what, beyond, tests }] of Object.entries(rows)) {
        expect([name, what !== '', beyond !== '', tests.length > 0]).toEqual([name, true, true, true]);
      }
    }
  });
});
