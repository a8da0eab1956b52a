// Loads the sources with counters in them: types stripped by esbuild, counters put in by istanbul, and then each counter
// made one element of one array, because what istanbul writes costs a call and two look-ups per statement.
// The fuzzer's own modules only lose their types here: tsx would keep the names of functions at a cost for each closure.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { createInstrumenter } from 'istanbul-lib-instrument';

const SOURCES = new URL('../../../src/', import.meta.url).href;
const TESTS = new URL('../../', import.meta.url).href;
const COUNTER = /cov_\w+\(\)\.([sfb](?:\[\d+\])+)\+\+/g;
const instrumenter = createInstrumenter({ esModules: true, compact: true });
let total = 0;

export async function load(url, context, next) {
  const [file] = url.split('?');
  if (!file.endsWith('.ts') || !(file.startsWith(SOURCES) || file.startsWith(TESTS))) return next(url, context);
  const path = fileURLToPath(file);
  const { code } = transformSync(readFileSync(path, 'utf8'), { loader: 'ts', format: 'esm', target: 'es2022' });
  const source = file.startsWith(SOURCES) ? withCounters(code, path) : code;
  return { format: 'module', source, shortCircuit: true };
}

function withCounters(code, path) {
  const numbers = new Map();
  const counted = instrumenter.instrumentSync(code, path).replaceAll(COUNTER, (_, name) => {
    if (!numbers.has(name)) numbers.set(name, total++);
    return `counters$[${numbers.get(name)}]++`;
  });
  return `const counters$ = globalThis.__ws101_counters__;counters$.total = Math.max(counters$.total, ${total});${counted}`;
}
