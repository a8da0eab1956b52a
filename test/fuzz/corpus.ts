import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('corpus/', import.meta.url));

/** The committed inputs of a target, by file name. */
export function readCorpus(target: string): ReadonlyMap<string, Uint8Array> {
  const folder = join(ROOT, target);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}

/** Adds an input under the hash of its content and gives its name. */
export function addToCorpus(target: string, input: Uint8Array): string {
  const name = createHash('sha256').update(input).digest('hex').slice(0, 16);
  mkdirSync(join(ROOT, target), { recursive: true });
  writeFileSync(join(ROOT, target, name), input);
  return name;
}
