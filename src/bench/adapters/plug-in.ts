import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What an ES module of the user exports.
 *
 * @param what names it in errors
 * @throws TypeError when there is no such file, or it cannot be loaded; the reason is its `cause`
 */
export async function importPlugIn(url: URL, what: string): Promise<Readonly<Record<string, unknown>>> {
  if (!existsSync(url)) throw new TypeError(`${what} is not there: no file ${fileURLToPath(url)}`);
  try {
    return (await import(url.href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`${what} cannot be loaded: ${reason}`, { cause });
  }
}
