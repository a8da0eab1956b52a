import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** The floors of `src/`, lowest first: each may import those above it in this list, through their `index.ts`. */
export const FLOORS: readonly { readonly name: string; readonly runsOn: 'any runtime' | 'node' }[] = [
  { name: 'codec', runsOn: 'any runtime' },
  { name: 'handshake', runsOn: 'any runtime' },
  { name: 'protocol', runsOn: 'any runtime' },
  { name: 'inspect', runsOn: 'any runtime' },
  { name: 'rooms', runsOn: 'any runtime' },
  { name: 'node', runsOn: 'node' },
  { name: 'testing', runsOn: 'node' },
  { name: 'chat', runsOn: 'node' },
  { name: 'report', runsOn: 'node' },
  { name: 'inspector', runsOn: 'node' },
  { name: 'conformance', runsOn: 'node' },
  { name: 'bench', runsOn: 'node' },
  { name: 'cli', runsOn: 'node' },
];

/** The floors whose names the package root may give out. */
export const ROOT_FLOORS: readonly string[] = ['codec', 'handshake', 'protocol', 'inspect', 'rooms', 'node'];

/** A folder of browser code: it imports only from itself, and nothing imports it. */
export interface PageFolder {
  readonly folder: string;
  /** Where its server serves the floors that run in any runtime, for it to import through their indexes. */
  readonly library?: string;
}

/** The folders of browser code. */
export const PAGES: readonly PageFolder[] = [
  { folder: 'src/chat/page/' },
  { folder: 'src/inspector/page/', library: '/.inspector/lib/' },
];

/** The files that load modules of the user, whose names nobody knows beforehand. */
export const PLUG_IN_LOADERS: readonly string[] = ['src/bench/adapters/plug-in.ts'];

/** The most lines that one source file may have. */
export const MAX_LINES = 260;

/** What the rules read: the text of each file in `src/` by its path, and the parsed package.json. */
export interface Project {
  readonly sources: ReadonlyMap<string, string>;
  readonly manifest: Readonly<Record<string, unknown>>;
}

interface AstNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface ImportSite {
  readonly specifier: string;
  readonly lazy: boolean;
}

interface Contents {
  readonly imports: readonly ImportSite[];
  readonly complaints: readonly string[];
}

/** Every broken rule as one line, `path: what is wrong`; an empty list when the project is in order. */
export function findViolations(project: Project): string[] {
  const found: string[] = [];
  for (const [path, text] of project.sources) {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    if (lines > MAX_LINES) found.push(`${path}: ${lines} lines, more than ${MAX_LINES}; make it two files`);
    if (!/\.[jt]s$/.test(path)) continue;
    const { imports, complaints } = readContents(path, text);
    for (const complaint of complaints) found.push(`${path}: ${complaint}`);
    for (const site of imports) {
      const complaint = judgeImport(path, site, project);
      if (complaint !== undefined) found.push(`${path}: ${complaint}`);
    }
  }
  return [...new Set([...found, ...judgeFolders(project), ...judgeManifest(project)])];
}

function readContents(path: string, text: string): Contents {
  const imports: ImportSite[] = [];
  const complaints: string[] = [];
  let program: AstNode;
  try {
    program = parseAst(text, { lang: path.endsWith('.ts') ? 'ts' : 'js' }) as unknown as AstNode;
  } catch (error) {
    return { imports, complaints: [`does not parse: ${String(error).split('\n')[0]}`] };
  }
  for (const node of walk(program)) {
    if (node.type === 'TSAnyKeyword') complaints.push('uses the type any');
    if (isDefaultExport(node)) complaints.push('has a default export');
    const source = importedFrom(node);
    if (source === undefined) continue;
    const lazy = node.type === 'ImportExpression' || ('importKind' in node && node.importKind === 'type');
    if (source.type === 'Literal') imports.push({ specifier: String(source.value), lazy });
    else if (!PLUG_IN_LOADERS.includes(path)) complaints.push('imports something whose name is computed');
  }
  if (path.endsWith('.js')) {
    for (const [, specifier] of text.matchAll(/(?:import\(\s*|@import\b.*\bfrom\s+)['"]([^'"]+)['"]/g)) {
      imports.push({ specifier: specifier ?? '', lazy: true });
    }
    if (/@(?:type|param|returns?|typedef|property)\s*\{[^}]*\bany\b/.test(text)) complaints.push('uses the type any');
  }
  complaints.push(...judgeReExports(path, program));
  return { imports, complaints };
}

function* walk(node: AstNode): Generator<AstNode> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child) yield* walk(child as AstNode);
    }
  }
}

/** The expression that names the module which a node imports, whatever the form of the import. */
function importedFrom(node: AstNode): AstNode | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return (node.source as AstNode | null) ?? undefined;
    case 'TSExternalModuleReference':
      return node.expression as AstNode;
    case 'CallExpression': {
      const callee = node.callee as AstNode;
      const isRequire = callee.type === 'Identifier' && callee.name === 'require';
      return isRequire ? (node.arguments as AstNode[])[0] : undefined;
    }
    default:
      return undefined;
  }
}

function isDefaultExport(node: AstNode): boolean {
  if (node.type === 'ExportDefaultDeclaration' || node.type === 'TSExportAssignment') return true;
  return node.type === 'ExportSpecifier' && nameOf(node.exported as AstNode) === 'default';
}

function nameOf(node: AstNode): string {
  return String(node.name ?? node.value);
}

function isBarrel(path: string): boolean {
  return path === 'src/index.ts' || FLOORS.some(({ name }) => path === `src/${name}/index.ts`);
}

function judgeReExports(path: string, program: AstNode): string[] {
  const body = program.body as AstNode[];
  const imported = new Set(
    body
      .filter((node) => node.type === 'ImportDeclaration')
      .flatMap((node) => node.specifiers as AstNode[])
      .map((specifier) => nameOf(specifier.local as AstNode)),
  );
  const gives = (node: AstNode): boolean => {
    if (node.type === 'ExportAllDeclaration') return true;
    if (node.type !== 'ExportNamedDeclaration') return false;
    if (node.source !== null) return true;
    return (node.specifiers as AstNode[]).some((specifier) => imported.has(nameOf(specifier.local as AstNode)));
  };
  if (!isBarrel(path)) return body.some(gives) ? ["gives out another file's names, which only an index does"] : [];
  const declares = body.some((node) => node.type !== 'ImportDeclaration' && !gives(node));
  return declares ? ['declares something; an index only gives out names'] : [];
}

function judgeImport(path: string, { specifier, lazy }: ImportSite, project: Project): string | undefined {
  const floor = floorOf(path);
  const rank = FLOORS.findIndex(({ name }) => name === floor);
  const complain = (reason: string): string => `imports ${JSON.stringify(specifier)}, but ${reason}`;
  const page = pageOf(path);
  if (page !== undefined) {
    if (isLibrary(specifier, page)) return undefined;
    const inside = /^\.\.?\//.test(specifier) && posix.join(posix.dirname(path), specifier).startsWith(page.folder);
    if (!inside) return complain('the page imports only from itself');
  }
  if (specifier.startsWith('node:')) {
    return FLOORS[rank]?.runsOn === 'node' ? undefined : complain('only node/ and the floors above it use Node');
  }
  if (!/^\.\.?\//.test(specifier)) {
    if (!optionalPeers(project.manifest).includes(specifier)) return complain('the package has no dependencies');
    if (!lazy) return complain('an optional peer is loaded only when an option asks for it');
    return FLOORS[rank]?.runsOn === 'node' ? undefined : complain('only node/ and the floors above it use packages');
  }
  const target = posix.join(posix.dirname(path), specifier);
  if (!project.sources.has(target)) return complain('there is no such source file');
  if (pageOf(target) !== page) return complain('the page is for the browser alone');
  const targetFloor = floorOf(target);
  if (targetFloor === floor) {
    return isBarrel(target) && path !== target ? complain('inside a floor the file itself is named') : undefined;
  }
  if (target !== `src/${targetFloor}/index.ts`) return complain('another floor is entered through its index.ts');
  if (path === 'src/index.ts') {
    return ROOT_FLOORS.includes(targetFloor) ? undefined : complain(`${targetFloor}/ is no part of the package root`);
  }
  const below = FLOORS.slice(0, Math.max(rank, 0)).some(({ name }) => name === targetFloor);
  return below ? undefined : complain(`${targetFloor}/ is not under ${floor || 'src'}/`);
}

function pageOf(path: string): PageFolder | undefined {
  return PAGES.find(({ folder }) => path.startsWith(folder));
}

/** Whether an import of a page names the index of a floor that its server gives it. */
function isLibrary(specifier: string, { library }: PageFolder): boolean {
  return FLOORS.some(({ name, runsOn }) => runsOn === 'any runtime' && specifier === `${library}${name}/index.js`);
}

/** The folder directly under `src/` that holds a file; empty for `src/index.ts` and its neighbours. */
function floorOf(path: string): string {
  return path.split('/').length > 2 ? (path.split('/')[1] ?? '') : '';
}

function optionalPeers(manifest: Project['manifest']): string[] {
  const details = (manifest.peerDependenciesMeta ?? {}) as Record<string, { optional?: boolean }>;
  return Object.keys(manifest.peerDependencies ?? {}).filter((name) => details[name]?.optional === true);
}

function judgeFolders({ sources }: Project): string[] {
  const found: string[] = [];
  for (const path of sources.keys()) {
    const floor = floorOf(path);
    if (floor === '' && path !== 'src/index.ts' && path !== 'src/ambient.d.ts') {
      found.push(`${path}: lies outside the floors`);
    }
    if (floor !== '' && !FLOORS.some(({ name }) => name === floor)) found.push(`${path}: ${floor}/ is not a floor`);
    if (posix.basename(path) === 'index.ts' && !isBarrel(path)) found.push(`${path}: only a floor has an index.ts`);
  }
  return found;
}

function judgeManifest({ manifest, sources }: Project): string[] {
  const found: string[] = [];
  for (const field of ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies']) {
    if (field in manifest) found.push(`package.json: has ${field}`);
  }
  const targets: [name: string, target: unknown][] = Object.entries(manifest.bin ?? {});
  for (const [name, entry] of Object.entries(manifest.exports ?? {})) {
    if (name === './package.json') continue;
    for (const condition of ['types', 'default']) targets.push([`${name} (${condition})`, entry?.[condition]]);
  }
  for (const [name, target] of targets) {
    const source = String(target)
      .replace(/^\.\/dist\//, 'src/')
      .replace(/(?:\.d\.ts|\.js)$/, '.ts');
    if (!sources.has(source)) found.push(`package.json: ${name} is ${String(target)}, which no source becomes`);
  }
  return found;
}
