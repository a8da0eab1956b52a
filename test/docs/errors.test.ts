import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CALLS, provoke } from '../../scripts/errors/calls.ts';
import { CLASSES } from '../../scripts/errors/classes.ts';
import { renderErrors } from '../../scripts/errors-page.ts';
import { CHAT_ERRORS } from '../../src/chat/errors.ts';
import { FRAME_RULES } from '../../src/codec/violation.ts';
import { HANDSHAKE_ERRORS } from '../../src/handshake/index.ts';
import { DEFLATE_RULES } from '../../src/node/deflate-message.ts';
import { MESSAGE_RULES } from '../../src/protocol/index.ts';

const PAGE = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const SRC = new URL('../../src/', import.meta.url);

/** The classes of the floors that programs use which are errors, with their bodies. */
function errorClasses(): Map<string, string> {
  const found = new Map<string, string>();
  for (const floor of ['codec', 'handshake', 'protocol', 'inspect', 'rooms', 'node', 'testing']) {
    for (const file of readdirSync(new URL(`${floor}/`, SRC))) {
      const source = readFileSync(new URL(`${floor}/${file}`, SRC), 'utf8');
      const declared = /^export class (\w+) extends (?:\w*Error|DOMException) \{\n([\s\S]*?)^\}/gm;
      for (const [, name = '', body = ''] of source.matchAll(declared)) found.set(name, body);
    }
  }
  return found;
}

describe('docs/errors.md', () => {
  it('has the tables of the code; npm run docs:errors makes it', () => {
    expect(PAGE).toBe(renderErrors());
  });

  it('has every code of every table, once in its own', () => {
    const tables = [FRAME_RULES, MESSAGE_RULES, DEFLATE_RULES, HANDSHAKE_ERRORS, CHAT_ERRORS];
    const codes = tables.flatMap((table) => Object.keys(table));
    expect(codes.length).toBeGreaterThan(100);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect([code, PAGE.split(`\n| \`${code}\` |`).length]).toEqual([code, 2]);
  });

  it('has every class of errors, with fields that it has', () => {
    const classes = errorClasses();
    expect(CLASSES.map(({ name }) => name).sort()).toEqual([...classes.keys()].sort());
    for (const { name, tells } of CLASSES) {
      const fields = [...(classes.get(name) ?? '').matchAll(/^ {2}(?:readonly |get )(\w+)/gm)].map(
        ([, field]) => field,
      );
      expect([name, [...tells].sort()]).toEqual([name, fields.sort()]);
    }
  });

  it('shows calls that throw', () => {
    expect(new Set(CALLS.map((call) => provoke(call).name))).toEqual(
      new Set(['TypeError', 'RangeError', 'DOMException SyntaxError', 'DOMException InvalidAccessError']),
    );
    expect(() => provoke("new WebSocketError('fine')")).toThrow('throws nothing');
  });
});
