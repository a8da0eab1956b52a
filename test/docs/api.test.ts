import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Declarations } from '../../scripts/api/declarations.ts';
import { readDocstring } from '../../scripts/api/docstring.ts';
import { renderApi } from '../../scripts/api/page.ts';
import { apiExample, packageExports, withDeclarations } from '../../scripts/api-page.ts';

const PAGE = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');

describe('docs/api.md', () => {
  const exports = packageExports();
  const { page, names } = withDeclarations((declarations) => ({
    page: renderApi({ exports, declarations, example: apiExample }),
    names: exports.flatMap(({ types }) => declarations.names(types)),
  }));

  it('has the names and docstrings of the sources; npm run docs:api makes it', () => {
    expect(page === PAGE, 'run npm run docs:api').toBe(true);
  });

  it('has a docstring for every public name', () => {
    expect(exports.length).toBeGreaterThan(8);
    expect(names.length).toBeGreaterThan(250);
    expect(names.filter(({ comment }) => comment.trim() === '').map(({ file, name }) => `${file}: ${name}`)).toEqual(
      [],
    );
  });

  it('explains each once, and leads to each', () => {
    const anchors = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id);
    expect(new Set(anchors).size).toBe(anchors.length);
    expect(anchors.length).toBe(new Set(names.map(({ file, name }) => `${file}#${name}`)).size);
    for (const [, id] of page.matchAll(/\]\(#([\w]+-[^)]+)\)/g)) expect(anchors).toContain(id);
  });
});

describe('the reader of declarations', () => {
  const files: Readonly<Record<string, string>> = {
    'index.d.ts':
      "/** All of it.\n * @module */\nexport { A, type B as C } from './a.ts';\nexport * from './sub/d.ts';\n",
    'a.d.ts': `import { type E } from './sub/e.ts';
/** A number. */
export declare const A: 1;
/** One of them. */
export type A = import("./sub/e.ts").E;
export interface B {
    /** How {@link A} is seen. */
    readonly a: A;
}
export { E };
`,
    'sub/d.d.ts': `/** Counts. @rfc 6455-5.2-1 */
export declare class D {
    #private;
    /** Never seen. */
    private hidden;
    /** Goes on.
     * @rfc 6455-5.2-1
     */
    next(): number;
}
`,
    'sub/e.d.ts': '/** E. */\nexport type E = string;\n',
  };
  const declarations = new Declarations((file) => files[file] ?? '');

  it('follows what an index gives out, under the names that it gives', () => {
    const names = declarations.names('index.d.ts');
    expect(names.map(({ name, file }) => `${name} of ${file}`)).toEqual([
      'A of a.d.ts',
      'C of a.d.ts',
      'D of sub/d.d.ts',
    ]);
    expect(declarations.names('a.d.ts').map(({ name }) => name)).toEqual(['A', 'B', 'E']);
    expect(declarations.comment('index.d.ts')).toContain('All of it.');
  });

  it('joins a constant with the type of its name, and shows what is public of a class', () => {
    const [a, , d] = declarations.names('index.d.ts');
    expect(a).toMatchObject({ kinds: ['constant', 'type'], signature: 'const A: 1;\ntype A = E;' });
    expect(d?.signature).toBe('class D {\n  /** Goes on.\n   */\n  next(): number;\n}');
  });

  it('refuses a name that nobody declares', () => {
    const broken = new Declarations((file) => (file === 'index.d.ts' ? "export { X } from './x.ts';" : ''));
    expect(() => broken.names('index.d.ts')).toThrow('x.d.ts does not declare X');
  });
});

describe('a docstring in Markdown', () => {
  const ports = { link: (name: string) => (name === 'known' ? '#known' : undefined) };

  it('has its first sentence as summary, and tags as a list', () => {
    const comment = `
 * Gives {@link known} of RFC 6455 §5.2. Not {@link other.thing}.
 *
 * @param bytes the bytes,
 *   all of them
 * @returns the rest
 * @throws TypeError for none
 * @rfc 6455-5.2-1 6455-5.2-2
 `;
    expect(readDocstring(comment, ports)).toEqual({
      summary: 'Gives [`known`](#known) of RFC 6455 §5.2.',
      text: `Gives [\`known\`](#known) of RFC 6455 §5.2. Not \`other.thing\`.

- \`bytes\`: the bytes, all of them
- Gives the rest
- Throws TypeError for none
- Fulfils \`6455-5.2-1\`, \`6455-5.2-2\` of the [matrix](rfc-matrix.md)`,
    });
  });

  it('may be nothing but a tag', () => {
    expect(readDocstring('* @throws RangeError for less', ports)).toEqual({
      summary: 'Throws RangeError for less',
      text: '- Throws RangeError for less',
    });
  });

  it('must not have a tag that nobody knows', () => {
    expect(() => readDocstring('* X.\n * @todo y', ports)).toThrow('@todo');
  });
});
