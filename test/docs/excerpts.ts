import { readFileSync } from 'node:fs';

/** The blocks of JavaScript on a page of the docs, each with the heading that it stands under. */
export function excerptsOf(page: string): [heading: string, code: string][] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const found: [string, string][] = [];
  let heading = '';
  for (const [, title, code] of text.matchAll(/^#+ (.+)$|^```js\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else if (code !== undefined) found.push([`${heading} (${found.length + 1})`, code]);
  }
  return found;
}

type Runnable = (modules: Record<string, unknown>, ...values: unknown[]) => Promise<void>;

/**
 * Runs a block: its imports come from `modules`, names that it does not declare from `values`.
 *
 * @throws Error for a module that is not there, and whatever the block throws
 */
export async function runExcerpt(
  code: string,
  modules: Readonly<Record<string, object>>,
  values: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const body = code.replaceAll(/^import (.+?) from '(.+?)';$/gm, (_all, names: string, from: string) => {
    if (!(from in modules)) throw new Error(`the excerpt imports ${from}`);
    const binding = names.startsWith('{') ? names : `{ default: ${names} }`;
    return `const ${binding} = modules['${from}'];`;
  });
  const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => Runnable;
  await new AsyncFunction('modules', ...Object.keys(values), `'use strict';\n${body}`)(
    modules,
    ...Object.values(values),
  );
}
