import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHEAT_SHEET_TABLES, fillCheatSheet } from '../../scripts/cheat-sheet.ts';
import { CloseCode, Opcode } from '../../src/codec/index.ts';
import { FRAME_RULES } from '../../src/codec/violation.ts';
import { MESSAGE_RULES } from '../../src/protocol/index.ts';

const PAGE = readFileSync(new URL('../../docs/cheat-sheet.md', import.meta.url), 'utf8');

describe('docs/cheat-sheet.md', () => {
  it('has the tables of the code; npx tsx scripts/cheat-sheet.ts makes them', () => {
    expect(fillCheatSheet(PAGE)).toBe(PAGE);
  });

  it('has every opcode, close code and rule, once', () => {
    const names = [
      ...Object.values(Opcode).map((opcode) => `| \`0x${opcode.toString(16)}\` |`),
      ...Object.values(CloseCode).map((code) => `\n| ${code} |`),
      ...Object.keys({ ...FRAME_RULES, ...MESSAGE_RULES }).map((code) => `| \`${code}\` |`),
    ];
    for (const name of names) expect([name, PAGE.split(name).length]).toEqual([name, 2]);
  });

  it('says where each form of the length begins and ends', () => {
    expect(PAGE).toContain('| 0 to 125 bytes | the length |  | 2 bytes | 6 bytes |');
    expect(PAGE).toContain('| 126 to 65,535 bytes | 126 | the length in 2 bytes | 4 bytes | 8 bytes |');
    expect(PAGE).toContain('| from 65,536 bytes | 127 | the length in 8 bytes | 10 bytes | 14 bytes |');
  });

  it('explains its terms in the order of the alphabet', () => {
    const glossary = PAGE.slice(PAGE.indexOf('## Glossary'));
    const terms = [...glossary.matchAll(/^\| ([a-z ]+) \| (.+) \|$/gm)].map(([, term = '']) => term).slice(1);
    expect(terms.length).toBeGreaterThan(12);
    expect(terms).toEqual([...terms].sort());
  });

  it.each(CHEAT_SHEET_TABLES)('is refused without a place for a table: %s', (name) => {
    expect(() => fillCheatSheet(PAGE.replace(`<!-- end of ${name} -->`, ''))).toThrow(name);
  });
});
