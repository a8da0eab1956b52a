import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FLOORS, findViolations, MAX_LINES, type Project } from './architecture.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, unknown>;
}

function readProject(): Project {
  const paths = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|js|mjs|css|html)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const sources = new Map(
    paths.map((path) => [path.slice(ROOT.length).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
  return { sources, manifest: readJson('package.json') };
}

describe('the house', () => {
  it('keeps every rule on imports, exports, file length and the manifest', () => {
    const project = readProject();
    expect(project.sources.size).toBeGreaterThan(10);
    expect(findViolations(project)).toEqual([]);
  });

  it('compiles exactly the floors that run on any runtime without the types of Node and the browser', () => {
    const portable = FLOORS.filter(({ runsOn }) => runsOn === 'any runtime').map(({ name }) => `src/${name}`);
    expect(readJson('tsconfig.floors.json')).toMatchObject({
      compilerOptions: { types: [], lib: ['es2022'] },
      include: ['src/ambient.d.ts', ...portable],
    });
  });
});

/** A small project in good order, changed by the files and manifest fields of one case. */
function violationsWith(files: Record<string, string>, manifest: Record<string, unknown> = {}): string[] {
  const sound: Record<string, string> = {
    'src/index.ts': "export { WebSocketServer } from './node/index.ts';\n",
    'src/codec/index.ts': "export { Opcode } from './opcode.ts';\n",
    'src/codec/opcode.ts': 'export const Opcode = { TEXT: 1 } as const;\n',
    'src/protocol/index.ts': "export { run } from './run.ts';\n",
    'src/protocol/run.ts': "import { Opcode } from '../codec/index.ts';\nexport const run: number = Opcode.TEXT;\n",
    'src/rooms/index.ts': "export type { Room } from './room.ts';\n",
    'src/rooms/room.ts': 'export type Room = string;\n',
    'src/node/index.ts': "export { WebSocketServer } from './server.ts';\n",
    'src/node/server.ts': "import net from 'node:net';\nexport class WebSocketServer extends net.Server {}\n",
    'src/chat/index.ts': "export { broker } from './broker.ts';\n",
    'src/chat/broker.ts': "export const broker = (): Promise<unknown> => import('redis');\n",
    'src/chat/page/app.js': "import { draw } from './draw.js';\ndraw();\n",
    'src/chat/page/draw.js': 'export function draw() {}\n',
    'src/chat/page/style.css': 'p { margin: 0 }\n',
  };
  return findViolations({
    sources: new Map(Object.entries({ ...sound, ...files })),
    manifest: {
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
      peerDependencies: { redis: '>=4', jose: '>=5' },
      peerDependenciesMeta: { redis: { optional: true } },
      ...manifest,
    },
  });
}

describe('the rules see a violation', () => {
  it('and nothing in a project that has none', () => {
    expect(violationsWith({})).toEqual([]);
  });

  const imports: [what: string, path: string, text: string, complaint: string][] = [
    ['upwards', 'src/codec/a.ts', "import { run } from '../protocol/index.ts';", 'protocol/ is not under codec/'],
    [
      'upwards for a type',
      'src/codec/a.ts',
      "import type { R } from '../rooms/index.ts';",
      'rooms/ is not under codec/',
    ],
    [
      'upwards in an inline type',
      'src/codec/a.ts',
      "export type T = import('../rooms/index.ts').Room;",
      'not under codec/',
    ],
    [
      'upwards in a typeof',
      'src/codec/a.ts',
      "export type T = typeof import('../rooms/index.ts');",
      'not under codec/',
    ],
    ['upwards when run', 'src/codec/a.ts', "export const a = () => import('../rooms/index.ts');", 'not under codec/'],
    ['upwards for effect', 'src/codec/a.ts', "import '../rooms/index.ts';", 'not under codec/'],
    ['upwards by require', 'src/codec/a.ts', "import r = require('../rooms/index.ts'); r;", 'not under codec/'],
    ['past an index', 'src/protocol/a.ts', "import { Opcode } from '../codec/opcode.ts';", 'through its index.ts'],
    ['its own index', 'src/codec/a.ts', "import { Opcode } from './index.ts';", 'the file itself is named'],
    ['the package root', 'src/node/a.ts', "import { WebSocketServer } from '../index.ts';", 'through its index.ts'],
    ['Node too low', 'src/rooms/a.ts', "import { randomBytes } from 'node:crypto';", 'use Node'],
    ['Node without its scheme', 'src/node/a.ts', "import fs from 'fs';", 'the package has no dependencies'],
    ['a package', 'src/node/a.ts', "import { WebSocket } from 'ws';", 'the package has no dependencies'],
    ['itself by name', 'src/cli/a.ts', "import { WebSocket } from 'ws101';", 'the package has no dependencies'],
    ['a peer at once', 'src/chat/a.ts', "import { createClient } from 'redis';", 'only when an option asks'],
    ['a peer too low', 'src/rooms/a.ts', "export const a = () => import('redis');", 'use packages'],
    ['a peer that is a must', 'src/chat/a.ts', "export const a = () => import('jose');", 'has no dependencies'],
    ['a missing file', 'src/codec/a.ts', "import { b } from './b.ts';", 'there is no such source file'],
    ['a name without its ending', 'src/codec/a.ts', "import { Opcode } from './opcode';", 'no such source file'],
    ['a computed name', 'src/node/a.ts', 'export const a = (b: string) => import(b);', 'whose name is computed'],
    ['out of the page', 'src/chat/page/a.js', "import { broker } from '../broker.ts';", 'only from itself'],
    [
      'out of the page in a comment',
      'src/chat/page/a.js',
      "/** @type {import('../broker.ts').B} */",
      'only from itself',
    ],
    ['Node in the page', 'src/chat/page/a.js', "import fs from 'node:fs';", 'only from itself'],
    [
      'a floor with Node in a page that gets floors',
      'src/inspector/page/a.js',
      "import { connect } from '/.inspector/lib/node/index.js';",
      'only from itself',
    ],
    [
      'a file of a floor in a page that gets floors',
      'src/inspector/page/a.js',
      "import { Opcode } from '/.inspector/lib/codec/opcode.js';",
      'only from itself',
    ],
    [
      'a floor in a page that gets none',
      'src/chat/page/a.js',
      "import { Opcode } from '/.inspector/lib/codec/index.js';",
      'only from itself',
    ],
    [
      'one page in another',
      'src/inspector/page/a.js',
      "import { create } from '../../chat/page/dom.js';",
      'only from itself',
    ],
    ['into the page', 'src/chat/a.ts', "import { draw } from './page/draw.js';", 'for the browser alone'],
    [
      'an application at the root',
      'src/index.ts',
      "export { broker } from './chat/index.ts';",
      'no part of the package',
    ],
  ];
  it.each(imports)('in an import: %s', (_what, path, text, complaint) => {
    expect(violationsWith({ [path]: text })).toEqual([expect.stringContaining(complaint)]);
  });

  const contents: [what: string, path: string, text: string, complaint: string][] = [
    ['a default export', 'src/codec/a.ts', 'export default 1;', 'default export'],
    ['a default export by name', 'src/codec/a.ts', 'const a = 1;\nexport { a as default };', 'default export'],
    ['any', 'src/codec/a.ts', 'export const a = (b: any): number => 1;', 'type any'],
    ['any deep in a type', 'src/codec/a.ts', 'export type A = Map<string, readonly any[]>;', 'type any'],
    ['any in the page', 'src/chat/page/a.js', '/** @param {any} b */\nexport const a = (b) => b;', 'type any'],
    ['a barrel', 'src/codec/a.ts', "export * from './opcode.ts';", 'only an index does'],
    [
      'a barrel in two steps',
      'src/codec/a.ts',
      "import { Opcode } from './opcode.ts';\nexport { Opcode };",
      'an index',
    ],
    ['an index that does more', 'src/codec/index.ts', 'export const a = 1;', 'an index only gives out names'],
    ['an index in a subfolder', 'src/codec/deep/index.ts', 'export const a = 1;', 'only a floor has an index.ts'],
    ['an unknown floor', 'src/utils/a.ts', 'export const a = 1;', 'utils/ is not a floor'],
    ['a file beside the floors', 'src/a.ts', 'export const a = 1;', 'lies outside the floors'],
    ['what is no TypeScript', 'src/codec/a.ts', 'export const = 1;', 'does not parse'],
    ['a file that is too long', 'src/chat/page/style.css', 'p {}\n'.repeat(MAX_LINES + 1), '261 lines'],
  ];
  it.each(contents)('in a file: %s', (_what, path, text, complaint) => {
    expect(violationsWith({ [path]: text })).toEqual([expect.stringContaining(complaint)]);
  });

  it('but not in words, comments and files of the permitted length', () => {
    const text = "// import { x } from 'ws'\nexport const any: string = \"import('ws')\";\n";
    expect(violationsWith({ 'src/codec/a.ts': text + '//\n'.repeat(MAX_LINES - 2) })).toEqual([]);
  });

  const manifests: [what: string, manifest: Record<string, unknown>, complaint: string][] = [
    ['dependencies', { dependencies: {} }, 'has dependencies'],
    ['optional dependencies', { optionalDependencies: { ws: '8' } }, 'has optionalDependencies'],
    [
      'an export without a source',
      { exports: { './x': entry('./dist/x/index') } },
      './dist/x/index.js, which no source',
    ],
    ['an export without types', { exports: { '.': { default: './dist/index.js' } } }, '. (types) is undefined'],
    ['a command without a source', { bin: { ws101: './dist/cli/main.js' } }, 'ws101 is ./dist/cli/main.js'],
  ];
  it.each(manifests)('in package.json: %s', (_what, manifest, complaint) => {
    expect(violationsWith({}, manifest)).toContainEqual(expect.stringContaining(complaint));
  });
});

function entry(path: string): Record<string, string> {
  return { types: `${path}.d.ts`, default: `${path}.js` };
}
