// Writes docs/bench-schema.json from the schema in the sources. Run: npx tsx scripts/bench-schema.ts
import { writeFileSync } from 'node:fs';
import { BENCH_SCHEMA } from '../src/bench/report/schema.ts';

const WIDTH = 120;

/** The schema of a bench's NDJSON as a file, formatted like the others: lists of plain values in one line where they fit. */
export function renderBenchSchema(): string {
  const text = JSON.stringify(BENCH_SCHEMA, null, 2);
  const compact = text.replace(/^( *)(.*)\[\n([^[\]{}]*)\n *\](,?)$/gm, (whole, indent, key, items: string, comma) => {
    const line = `${indent}${key}[${items.trim().replace(/\n */g, ' ')}]${comma}`;
    return line.length <= WIDTH ? line : whole;
  });
  return `${compact}\n`;
}

if (import.meta.filename === process.argv[1]) {
  writeFileSync(new URL('../docs/bench-schema.json', import.meta.url), renderBenchSchema());
}
