import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** One file that imports something of another one. Paths are relative to `src/`. */
export interface ImportEdge {
  readonly from: string;
  /** The file that declares what is imported; behind an `index.ts` that is the one it names. */
  readonly to: string;
  /** Nothing of it is there when the program runs. */
  readonly typeOnly: boolean;
}

/** A file of `src/`. */
export interface SourceFile {
  readonly path: string;
  /** What it is for: its class or first function, with the first sentence of that docstring; empty where there is none. */
  readonly about: string;
}

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Imported {
  readonly target: string;
  readonly names: readonly string[];
  readonly typeOnly: boolean;
}

const SRC = new URL('../../src/', import.meta.url);

/** Everything that the pictures are drawn from. */
export interface Sources {
  readonly files: readonly SourceFile[];
  readonly edges: readonly ImportEdge[];
}

/** Reads all of `src/` but the pages for browsers. */
export function readSources(): Sources {
  const texts = new Map<string, string>();
  for (const entry of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    const path = entry.replaceAll('\\', '/');
    if (path.endsWith('.ts') && path.includes('/')) texts.set(path, readFileSync(new URL(path, SRC), 'utf8'));
  }
  return sourcesOf(texts);
}

/** The files and imports of texts by their path. */
export function sourcesOf(texts: ReadonlyMap<string, string>): Sources {
  const imports = new Map([...texts].map(([path, text]) => [path, importsOf(path, text)]));
  const given = new Map([...imports].map(([path, { exported }]) => [path, exported]));
  const edges = new Map<string, ImportEdge>();
  for (const [from, { imported }] of imports) {
    for (const { target, names, typeOnly } of imported) {
      const declaring = names.length === 0 ? [target] : names.map((name) => given.get(target)?.get(name) ?? target);
      for (const to of declaring) {
        const known = edges.get(`${from} ${to}`);
        edges.set(`${from} ${to}`, { from, to, typeOnly: typeOnly && (known?.typeOnly ?? true) });
      }
    }
  }
  const files = [...texts].map(([path, text]) => ({ path, about: aboutOf(text) }));
  return {
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    edges: [...edges.values()].filter(({ to }) => texts.has(to)),
  };
}

function importsOf(path: string, text: string): { imported: Imported[]; exported: Map<string, string> } {
  const program = parseAst(text, { lang: 'ts' }) as unknown as { readonly body: readonly Node[] };
  const imported: Imported[] = [];
  const exported = new Map<string, string>();
  for (const node of program.body) {
    const source = (node.source as { readonly value: string } | null | undefined)?.value;
    if (source?.startsWith('.') !== true) continue;
    const target = posix.join(posix.dirname(path), source);
    const specifiers = (node.specifiers ?? []) as Record<string, { readonly name: string } & string>[];
    const kinds = specifiers.map(({ importKind, exportKind }) => importKind ?? exportKind);
    const typeOnly =
      node.importKind === 'type' ||
      node.exportKind === 'type' ||
      (kinds.length > 0 && kinds.every((kind) => kind === 'type'));
    imported.push({ target, names: specifiers.flatMap((one) => (one.imported ?? one.local)?.name ?? []), typeOnly });
    if (node.type !== 'ExportNamedDeclaration') continue;
    for (const { exported: name } of specifiers) if (name !== undefined) exported.set(name.name, target);
  }
  return { imported, exported };
}

// What a file is for is said best by its class, then by its first function; only then by whatever stands at its top.
const DOCUMENTED = ['class', 'function', 'const', 'interface|type|let'];

function aboutOf(text: string): string {
  for (const kind of DOCUMENTED) {
    const declaration = new RegExp(
      `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:abstract |async )?(?:${kind})\\*? (\\w+)`,
    ).exec(text);
    const sentence = firstSentence(declaration?.[1] ?? '');
    if (sentence !== '') return `\`${declaration?.[2]}\`. ${sentence}`;
  }
  return firstSentence(/\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '');
}

function firstSentence(comment: string): string {
  const flat = comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .split(/\n\n|\n@|^\s*@/)[0]
    ?.replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/\{@link ([^}]+)\}/g, '`$1`')
    .trim();
  return /^.*?[^.§][.!?](?=\s|$)/.exec(flat ?? '')?.[0] ?? flat ?? '';
}
