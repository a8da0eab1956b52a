import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Adapter } from './adapter.ts';
import { ADAPTERS } from './built-in.ts';
import { importPlugIn } from './plug-in.ts';

const METHODS = ['subscribe', 'isReady', 'wrap', 'unwrap', 'refusal'] as const;
const REACHES: readonly unknown[] = ['everybody', 'others', 'publisher'];
const FIELDS: readonly string[] = ['name', 'summary', 'reaches', 'path', 'protocols', 'headers', ...METHODS];

/**
 * The adapter of this name, or the one that an ES module exports as `adapter` or by default.
 *
 * @param which a name of {@link ADAPTERS}, or the path of a module, seen from the current folder
 * @throws TypeError that says what the module lacks, or that there is neither such a name nor such a file
 */
export async function loadAdapter(which: string): Promise<Adapter> {
  const builtIn = ADAPTERS[which];
  if (builtIn !== undefined && Object.hasOwn(ADAPTERS, which)) return builtIn;
  if (!/[./\\]/.test(which)) {
    const names = Object.keys(ADAPTERS).join(', ');
    throw new TypeError(`there is no adapter "${which}": the built-in ones are ${names}; a file is named by its path`);
  }
  const names = await importPlugIn(pathToFileURL(resolve(which)), `the adapter ${which}`);
  const adapter = names.adapter ?? names.default;
  if (adapter === undefined) throw new TypeError(`${which} exports neither "adapter" nor a default`);
  return checkAdapter(adapter, which);
}

/**
 * Gives `adapter` back when it is one.
 *
 * @param where names it in errors
 * @throws TypeError that says what is missing or wrong
 */
export function checkAdapter(adapter: unknown, where: string): Adapter {
  const complain = (what: string): never => {
    throw new TypeError(`the adapter of ${where} ${what}`);
  };
  if (typeof adapter !== 'object' || adapter === null) return complain('must be an object');
  const given = adapter as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    if (!FIELDS.includes(name)) complain(`has "${name}", which no adapter has; there are ${FIELDS.join(', ')}`);
  }
  if (typeof given.name !== 'string' || given.name === '') complain('lacks "name", a text');
  if (!REACHES.includes(given.reaches)) {
    complain('lacks "reaches": "everybody", "others" (than the publisher) or "publisher"');
  }
  for (const method of METHODS) {
    if (given[method] !== undefined && typeof given[method] !== 'function') {
      complain(`has a "${method}" that is no function`);
    }
  }
  if (given.path !== undefined && !(typeof given.path === 'string' && given.path.startsWith('/'))) {
    complain('has a "path" that does not start with "/"');
  }
  if (!isListOf(given.protocols, (entry) => typeof entry === 'string')) complain('has "protocols" that are no texts');
  if (!isListOf(given.headers, isField)) complain('has "headers" that are no pairs of texts');
  return adapter as Adapter;
}

function isListOf(list: unknown, holds: (entry: unknown) => boolean): boolean {
  return list === undefined || (Array.isArray(list) && list.every(holds));
}

function isField(entry: unknown): boolean {
  return Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string');
}
