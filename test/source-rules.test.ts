import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* nodesOf(child);
}

const programs = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({
    path: path.slice(SRC.length + 1).replaceAll('\\', '/'),
    nodes: [...nodesOf(parseAst(readFileSync(path, 'utf8'), { lang: path.endsWith('.ts') ? 'ts' : 'js' }) as never)],
  }));

/** Every place in `src/` of which `say` says something, as `path: something`. */
function places(say: (node: Node) => string | undefined): string[] {
  return programs.flatMap(({ path, nodes }) =>
    nodes.flatMap((node) => {
      const said = say(node);
      return said === undefined ? [] : [`${path}: ${said}`];
    }),
  );
}

const patternOf = ({ type, regex }: Node): string | undefined =>
  type === 'Literal' && typeof regex === 'object' && regex !== null
    ? (regex as { readonly pattern: string }).pattern
    : undefined;

/** A group that repeats and holds something that repeats, or the same class repeated twice in a row. */
const GOES_BACK = /[*+}]\)(?:[*+]|\{\d+,)|(\\[swdSWD.])[*+]\1[*+]/;

describe('the sources', () => {
  it('are read: names and expressions are found in them', () => {
    expect(programs.length).toBeGreaterThan(100);
    expect(places(({ type, name }) => (type === 'Identifier' ? `${name as string}` : undefined))).toContain(
      'codec/decoder.ts: FrameDecoder',
    );
    expect(places(patternOf).length).toBeGreaterThan(5);
  });

  it('never ask for memory that may still hold something else', () => {
    const unsafe = (node: Node): string | undefined => {
      if (node.type === 'Identifier' && /^(?:allocUnsafe|allocUnsafeSlow|SlowBuffer)$/.test(`${node.name as string}`))
        return `${node.name as string}`;
      const isNewBuffer = node.type === 'NewExpression' && (node.callee as Node).name === 'Buffer';
      return isNewBuffer ? 'new Buffer' : undefined;
    };
    expect(places(unsafe)).toEqual([]);
  });

  it('use of zlib only one call for a message, and what is not done when it returns only by the queue of two', () => {
    const used = places((node) => {
      if (node.type !== 'ImportDeclaration' || (node.source as Node).value !== 'node:zlib') return undefined;
      const names = (node.specifiers as Node[]).filter(({ importKind }) => importKind !== 'type');
      return names.map(({ imported }) => `${(imported as Node).name as string}`).join(' ');
    });
    // What tests WebSockets for conformance has code of its own for everything.
    expect(used.filter((place) => !place.startsWith('conformance/'))).toEqual([
      'node/deflate-message.ts: constants deflateRaw deflateRawSync inflateRaw inflateRawSync',
    ]);
    const aside = places(({ type, callee }) => {
      const name = type === 'CallExpression' ? `${(callee as Node).name as string}` : '';
      return name.endsWith('MessageAside') ? name : undefined;
    });
    expect(aside).toEqual(['node/deflate.ts: deflateMessageAside', 'node/deflate.ts: inflateMessageAside']);
    const queued = /zlibQueue\.run\(\(\) =>\s+this\.#closed \? payload : (?:deflate|inflate)MessageAside\(/g;
    expect(readFileSync(new URL('../src/node/deflate.ts', import.meta.url), 'utf8').match(queued)).toHaveLength(2);
  });

  it('have no regular expression in what reads frames and heads', () => {
    const readers = places(patternOf).filter((place) => /^(?:codec|handshake)\//.test(place));
    expect(readers).toEqual([]);
  });

  it('have no regular expression anywhere that could try the same characters in many ways', () => {
    for (const bad of ['(a+)+b', '(?:a*)*', '(\\s*,\\s*)+', '\\s*\\s*']) expect(bad).toMatch(GOES_BACK);
    expect(places(patternOf).filter((place) => GOES_BACK.test(place))).toEqual([]);
  });

  it('emit no error event of their own, which would end a process that does not listen', () => {
    const emitted = places((node) => {
      const callee = node.callee as Node | undefined;
      if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression') return undefined;
      if ((callee.property as Node).name !== 'emit') return undefined;
      const [event] = node.arguments as Node[];
      return event?.value === 'error' || event?.type !== 'Literal' ? 'emit' : undefined;
    });
    expect(emitted).toEqual([]);
  });
});
