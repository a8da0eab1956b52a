import { parseAst } from 'vitest/node';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* nodesOf(child);
}

const parsed = (text: string): Node[] => [...nodesOf(parseAst(text, { lang: 'ts' }) as unknown as Node)];

/** The text between the quotes, as it is written in a template and as it reads in a literal. */
function textOf(node: Node | undefined, source: string): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  return node?.type === 'TemplateLiteral' ? source.slice(node.start + 1, node.end - 1) : undefined;
}

/** `it` of `it(…)`, `it.each(…)(…)` and the like. */
function calledName(node: Node): string {
  const callee = (node.callee ?? node.object ?? node.tag) as Node | undefined;
  return callee === undefined ? `${(node.name as string | undefined) ?? ''}` : calledName(callee);
}

/** The titles of the tests in a source, with their placeholders, without those of the groups around them. */
export function titlesOf(source: string): string[] {
  return parsed(source)
    .filter((node) => node.type === 'CallExpression' && /^(?:it|test)$/.test(calledName(node)))
    .map((node) => textOf((node.arguments as Node[])[0], source))
    .filter((title) => title !== undefined);
}

/** Every text in a source. */
export function stringsOf(source: string): string[] {
  return parsed(source)
    .map((node) => textOf(node, source))
    .filter((text) => text !== undefined);
}

/** What a source declares: `name` for functions, constants and classes, `Class.member` for what is in them. */
export function symbolsOf(source: string): string[] {
  const nameOf = (node: unknown): string =>
    isNode(node) ? source.slice(node.start, node.end).replace(/:.*/s, '') : '';
  return parsed(source).flatMap((node) => {
    if (node.type === 'FunctionDeclaration' || node.type === 'VariableDeclarator') return [nameOf(node.id)];
    if (node.type !== 'ClassDeclaration') return [];
    const members = ((node.body as Node).body as Node[]).map(({ key }) => `${nameOf(node.id)}.${nameOf(key)}`);
    return [nameOf(node.id), ...members];
  });
}
