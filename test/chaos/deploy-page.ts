import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../docs/deploy.md', import.meta.url));

/** What the page about deployment has a place for, between `<!-- name -->` and `<!-- /name -->`. */
export type Measured = 'sizing' | 'latency';

/**
 * The page with a text in its place.
 *
 * @throws Error for a page without that place
 */
export function filled(page: string, name: Measured, text: string): string {
  const place = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`);
  if (!place.test(page)) throw new Error(`the page has no place for ${name}`);
  return page.replace(place, () => `<!-- ${name} -->\n${text}\n<!-- /${name} -->`);
}

/** Writes a text into its place of docs/deploy.md. */
export function fillDeployPage(name: Measured, text: string): void {
  writeFileSync(PAGE, filled(readFileSync(PAGE, 'utf8'), name, text));
}

/** The machine, for a reader of figures. */
export function machineWords(): string {
  const [cpu] = cpus();
  return `${cpus().length} cores of ${cpu?.model ?? 'a processor'}, Linux, Node ${process.versions.node}`;
}
