import { parseAst } from 'vitest/node';

/** A place that names a requirement: `@rfc` and one or more ids, in a comment. */
export interface Annotation {
  readonly id: string;
  readonly file: string;
  /** The line of the comment, from 1 on. */
  readonly line: number;
  /** What the comment stands at; absent when nothing in the file is meant by it. */
  readonly target?: Target;
}

/** A piece of code, or a test. */
export interface Target {
  /** The function, method or constant, such as `FrameDecoder.push`; of a test its title with those around it. */
  readonly name: string;
  /** Lines and columns as Stryker counts them: lines from 1, columns from 0, the end behind the last character. */
  readonly start: Position;
  readonly end: Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A node of the syntax tree, as the parser gives it. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const MARK = /(?:\/\/|\/?\*).*?@rfc\b(.*)/;
const ID = /\b\d{4}-\d+(?:\.\d+)*-\d+\b/g;
const TEST_FUNCTIONS = /^(?:it|test|describe\w*)$/;

/**
 * Every `@rfc` in a source file or a test.
 *
 * A comment at the end of a line means the code on that line; one on lines of its own, a docstring too, means what
 * follows it. In a test file it means the test that it stands above or in.
 */
export function readAnnotations(file: string, text: string): Annotation[] {
  if (!text.includes('@rfc')) return [];
  const program = parseAst(text, { lang: file.endsWith('.ts') ? 'ts' : 'js' }) as unknown as Node;
  const lines = text.split('\n');
  const offsets = offsetsOf(lines);
  const found: Annotation[] = [];
  lines.forEach((line, at) => {
    const mark = MARK.exec(line);
    const offset = offsets[at] ?? 0;
    if (mark === null || isInText(program, offset + mark.index)) return;
    const path =
      line.slice(0, mark.index).trim() === '' ? follows(program, lines, offsets, at) : trailed(program, line, offset);
    const target = file.endsWith('.test.ts') ? testOf(path, text, offsets) : codeOf(path, text, offsets);
    const ids = mark[1]?.match(ID) ?? [''];
    for (const id of ids) found.push({ id, file, line: at + 1, ...(target === undefined ? {} : { target }) });
  });
  return found;
}

function offsetsOf(lines: readonly string[]): number[] {
  let offset = 0;
  return lines.map((line) => {
    const start = offset;
    offset += line.length + 1;
    return start;
  });
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Node => typeof value === 'object' && value !== null && 'type' in value);
}

/** The nodes that contain the range, the program first, each inside the one before it. */
function pathTo(program: Node, start: number, end: number): Node[] {
  const path: Node[] = [];
  for (let node: Node | undefined = program; node !== undefined; ) {
    path.push(node);
    node = childrenOf(node).find((child) => child.start <= start && child.end >= end);
  }
  return path;
}

function isInText(program: Node, at: number): boolean {
  const innermost = pathTo(program, at, at + 1).at(-1);
  return innermost !== undefined && ['Literal', 'TemplateElement', 'TemplateLiteral'].includes(innermost.type);
}

function trailed(program: Node, line: string, offset: number): Node[] {
  const code = line.slice(0, line.lastIndexOf('//')).replace(/,?\s*$/, '');
  return pathTo(program, offset + code.length - code.trimStart().length, offset + code.length);
}

/** The path to the outermost node that starts where the code behind the comment starts. */
function follows(program: Node, lines: readonly string[], offsets: readonly number[], comment: number): Node[] {
  let at = comment + 1;
  while (at < lines.length && /^\s*(?:\*|\/\/|\/\*|$)/.test(lines[at] ?? '')) at++;
  const line = lines[at];
  if (line === undefined) return [];
  // An `else` or an operator belongs to what is around the code that it leads to.
  const lead = /^\s*(?:(?:\}\s*)?else\s+|[?:|&]+\s+)?/.exec(line)?.[0].length ?? 0;
  const start = (offsets[at] ?? 0) + lead;
  const path = pathTo(program, start, start + 1);
  const first = path.findIndex((node) => node.start === start && node.type !== 'Program');
  return first < 0 ? [] : path.slice(0, first + 1);
}

function codeOf(path: readonly Node[], text: string, offsets: readonly number[]): Target | undefined {
  const node = path.at(-1);
  if (node === undefined || node.type === 'Program') return undefined;
  const names = [...path.flatMap((one) => nameOf(one, text) ?? [])];
  // A docstring stands above what it names, whose name may be one level further in.
  const inner = names.length === 0 || node.type.startsWith('Export') ? nameInside(node, text) : undefined;
  if (inner !== undefined) names.push(inner);
  return { name: names.slice(0, 2).join('.') || 'the module', ...rangeOf(node, offsets) };
}

function nameInside(node: Node, text: string): string | undefined {
  return childrenOf(node)
    .map((child) => nameOf(child, text) ?? nameInside(child, text))
    .find((name) => name !== undefined);
}

function nameOf(node: Node, text: string): string | undefined {
  const named = /^(?:FunctionDeclaration|ClassDeclaration|VariableDeclarator|TSInterfaceDeclaration)$/.test(node.type)
    ? node.id
    : /^(?:MethodDefinition|PropertyDefinition)$/.test(node.type)
      ? node.key
      : undefined;
  if (named === undefined || named === null) return undefined;
  const { start, end } = named as Node;
  return text.slice(start, end).replace(/:.*/s, '');
}

/**
 * The test that the path leads into: a call of `it` or `test`, a vector (an object with a `requirement`) in a call of
 * `describeVectors` and its like, or a whole `describe`.
 */
function testOf(path: readonly Node[], text: string, offsets: readonly number[]): Target | undefined {
  const calls = path
    .map((node) => (node.type === 'ExpressionStatement' ? (node.expression as Node) : node))
    .filter((node, at, all) => node.type === 'CallExpression' && all.indexOf(node) === at)
    .filter((call) => TEST_FUNCTIONS.test(calledName(call)));
  const innermost = calls.at(-1);
  const last = path.at(-1);
  if (innermost === undefined || last === undefined) return undefined;
  const titles = calls.map((call) => titleOf((call.arguments as Node[])[0], text));
  const isGroup = calledName(innermost).startsWith('describe');
  const vector = isGroup && last.type !== 'ExpressionStatement' ? vectorIn([...path].reverse(), last) : undefined;
  if (vector !== undefined) titles.push(titleOf(vector.value as Node, text));
  return { name: titles.join(' › '), ...rangeOf(vector === undefined ? innermost : last, offsets) };
}

/** The property `requirement` of the innermost vector around a node, or else of the first one inside of it. */
function vectorIn(around: readonly Node[], node: Node): Node | undefined {
  for (const one of around) {
    const found = one.type === 'ObjectExpression' ? requirementOf(one) : undefined;
    if (found !== undefined) return found;
  }
  if (node.type === 'ObjectExpression') return requirementOf(node);
  return childrenOf(node)
    .map((child) => vectorIn([], child))
    .find((found) => found !== undefined);
}

function requirementOf(object: Node): Node | undefined {
  return (object.properties as Node[]).find(({ key }) => (key as Node | undefined)?.name === 'requirement');
}

/** The name at the root of a call: `it` for `it.each(rows)('title', run)`. */
function calledName(call: Node): string {
  let node = call;
  while (node.type !== 'Identifier') {
    const next = (node.callee ?? node.object ?? node.tag) as Node | undefined;
    if (next === undefined) return '';
    node = next;
  }
  return String(node.name);
}

function titleOf(title: Node | undefined, text: string): string {
  if (title === undefined) return '';
  if (title.type === 'Literal') return String(title.value);
  return text
    .slice(title.start, title.end)
    .replace(/^`|`$/g, '')
    .replace(/\$\{[^}]*\}/g, '…');
}

function rangeOf(node: Node, offsets: readonly number[]): Pick<Target, 'start' | 'end'> {
  return { start: positionOf(node.start, offsets), end: positionOf(node.end, offsets) };
}

function positionOf(offset: number, offsets: readonly number[]): Position {
  const line = offsets.filter((start) => start <= offset).length - 1;
  return { line: line + 1, column: offset - (offsets[line] ?? 0) };
}
