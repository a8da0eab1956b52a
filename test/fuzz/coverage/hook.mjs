// Loads the sources with counters in them: types stripped by esbuild, counters put in by istanbul.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { createInstrumenter } from 'istanbul-lib-instrument';

const SOURCES = new URL('../../../src/', import.meta.url).href;
const instrumenter = createInstrumenter({ esModules: true, compact: true, coverageVariable: '__ws101_counters__' });

export async function load(url, context, next) {
  const [file] = url.split('?');
  if (!file.startsWith(SOURCES) || !file.endsWith('.ts')) return next(url, context);
  const path = fileURLToPath(file);
  const { code } = transformSync(readFileSync(path, 'utf8'), { loader: 'ts', format: 'esm', target: 'es2022' });
  return { format: 'module', source: instrumenter.instrumentSync(code, path), shortCircuit: true };
}
