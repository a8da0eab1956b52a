// Writes docs/api.md from the declarations that the compiler makes of the sources. Run: npm run docs:api
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Declarations } from './api/declarations.ts';
import { type PackageExport, renderApi } from './api/page.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/** The entries of `exports` that have types. */
export function packageExports(): PackageExport[] {
  const { name, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, string | { types: string }>;
  };
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [{ specifier: `${name}${path.slice(1)}`, types: target.types.replace('./dist/', '') }],
  );
}

/**
 * What `use` makes of the declarations of the sources as they are now, which the compiler writes into a folder of its own.
 *
 * @throws Error when it writes none
 */
export function withDeclarations<Result>(use: (declarations: Declarations) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'ws101-api-'));
  try {
    const options = ['--emitDeclarationOnly', '--declarationMap', 'false', '--outDir', folder];
    const { stdout } = spawnSync(process.execPath, [TSC, '-p', join(ROOT, 'tsconfig.build.json'), ...options], {
      encoding: 'utf8',
    });
    return use(
      new Declarations((file) => {
        try {
          return readFileSync(join(folder, file), 'utf8');
        } catch (cause) {
          throw new Error(`the compiler wrote no ${file}: ${stdout}`, { cause });
        }
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The program that shows what an export is for. */
export function apiExample(slug: string): string {
  return readFileSync(join(ROOT, `docs/examples/api/${slug}.ts`), 'utf8');
}

/** The page as the sources have it now. */
export function apiPage(): string {
  return withDeclarations((declarations) =>
    renderApi({ exports: packageExports(), declarations, example: apiExample }),
  );
}

if (import.meta.filename === process.argv[1]) writeFileSync(join(ROOT, 'docs/api.md'), apiPage());
