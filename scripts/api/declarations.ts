import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** What a public name stands for. */
export type Kind = 'class' | 'function' | 'interface' | 'type' | 'constant';

/** One public name, as the declaration files have it. */
export interface PublicName {
  readonly name: string;
  /** The file that declares it, from the root of the declarations: `codec/decoder.d.ts`. */
  readonly file: string;
  /** A name may be both a constant and the type of its values. */
  readonly kinds: readonly Kind[];
  /** The docstring as it is written, between its marks; empty where there is none. */
  readonly comment: string;
  /** The declarations, without what is private. */
  readonly signature: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

interface Declaration {
  readonly kind: Kind;
  readonly comment: string;
  readonly text: string;
}

/** Where a name of a module comes from: declared there, or given out from another one under its name there. */
type Origin = { readonly from: string; readonly name: string } | undefined;

interface Module {
  /** Of the file itself: its docstring with `@module`. */
  readonly comment: string;
  readonly declared: ReadonlyMap<string, readonly Declaration[]>;
  readonly origins: ReadonlyMap<string, Origin>;
  /** Modules that are given out whole. */
  readonly wholes: readonly string[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  ClassDeclaration: 'class',
  FunctionDeclaration: 'function',
  TSDeclareFunction: 'function',
  TSInterfaceDeclaration: 'interface',
  TSTypeAliasDeclaration: 'type',
  VariableDeclaration: 'constant',
};

/** Reads the public names of modules out of declaration files. */
export class Declarations {
  readonly #read: (file: string) => string;
  readonly #modules = new Map<string, Module>();

  /** @param read gives the text of a declaration file by its path from their root */
  constructor(read: (file: string) => string) {
    this.#read = read;
  }

  /** The docstring of a module itself, between its marks; empty where there is none. */
  comment(file: string): string {
    return this.#module(file).comment;
  }

  /**
   * The names that a module gives out, in the order of the alphabet.
   *
   * @throws Error for a name that no file declares
   */
  names(file: string): PublicName[] {
    const { declared, origins, wholes } = this.#module(file);
    const own = [...new Set([...declared.keys(), ...origins.keys()])].map((name) => this.#resolve(file, name));
    return [...own, ...wholes.flatMap((whole) => this.names(whole))].sort((a, b) => compare(a.name, b.name));
  }

  #resolve(file: string, name: string): PublicName {
    const module = this.#module(file);
    const origin = module.origins.get(name);
    if (origin !== undefined) return { ...this.#resolve(origin.from, origin.name), name };
    const declarations = module.declared.get(name);
    if (declarations === undefined) throw new Error(`${file} does not declare ${name}`);
    return {
      name,
      file,
      kinds: [...new Set(declarations.map(({ kind }) => kind))],
      comment: declarations.find(({ comment }) => comment !== '')?.comment ?? '',
      signature: declarations.map(({ text }) => text).join('\n'),
    };
  }

  #module(file: string): Module {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const module = readModule(file, this.#read(file));
    this.#modules.set(file, module);
    return module;
  }
}

function readModule(file: string, text: string): Module {
  const program = parseAst(text, { lang: 'dts' }) as unknown as { readonly body: readonly Node[] };
  const declared = new Map<string, Declaration[]>();
  const origins = new Map<string, Origin>();
  const imported = new Map<string, Origin>();
  const wholes: string[] = [];
  const target = (node: Node): string =>
    posix.join(posix.dirname(file), (node.source as { value: string }).value).replace(/\.[jt]s$/, '.d.ts');
  for (const node of program.body) {
    const declaration = node.declaration as Node | null | undefined;
    if (node.type === 'ImportDeclaration') {
      for (const { local, imported: name } of node.specifiers as Record<string, { name: string }>[]) {
        if (local !== undefined && name !== undefined)
          imported.set(local.name, { from: target(node), name: name.name });
      }
    } else if (node.type === 'ExportAllDeclaration') wholes.push(target(node));
    else if (node.type !== 'ExportNamedDeclaration') continue;
    else if (declaration !== null && declaration !== undefined) {
      const { name, kind, code } = readDeclaration(declaration, text);
      const found = { kind, comment: commentBefore(text, node.start), text: code };
      declared.set(name, [...(declared.get(name) ?? []), found]);
    } else {
      for (const { local, exported } of node.specifiers as Record<'local' | 'exported', { name: string }>[]) {
        const from = node.source == null ? imported.get(local.name) : { from: target(node), name: local.name };
        origins.set(exported.name, from);
      }
    }
  }
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
  return { comment: /@module\b/.test(comment) || /index\.d\.ts$/.test(file) ? comment : '', declared, origins, wholes };
}

function readDeclaration(node: Node, text: string): { name: string; kind: Kind; code: string } {
  const kind = KINDS[node.type];
  const named = (node.id ?? ((node.declarations as Node[])[0]?.id as Node)) as unknown as { readonly name: string };
  if (kind === undefined) throw new Error(`a declaration of a kind that is not known: ${node.type}`);
  return { name: named.name, kind, code: publicText(text.slice(node.start, node.end)) };
}

/** The text between the marks of the docstring that ends right before `start`. */
function commentBefore(text: string, start: number): string {
  const before = text.slice(0, start).trimEnd();
  const open = before.lastIndexOf('/**');
  return before.endsWith('*/') && open >= 0 && before.indexOf('*/', open) === before.length - 2
    ? before.slice(open + 3, -2)
    : '';
}

/** A declaration as a reader needs it: indented by two, without private members and marks for the compiler. */
function publicText(code: string): string {
  return code
    .replace(/^declare /, '')
    .replaceAll(/import\("[^"]+"\)\./g, '')
    .replaceAll(/^( {4})+/gm, (indent) => ' '.repeat(indent.length / 2))
    .replaceAll(/^ *(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n *)?(?:#private|private [^\n]*);\n/gm, '')
    .replaceAll(/^ *\* @rfc [^\n]*\n/gm, '')
    .replaceAll(/\{@link ([^}]+)\}/g, '$1');
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
