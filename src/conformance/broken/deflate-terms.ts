import type { DeflateSide } from '../deflate-terms.ts';
import { readParameters } from '../deflate-terms.ts';
import { type ExtensionEntry, formatExtensions, parseExtensions } from '../extension-field.ts';
import type { Broken } from './switches.ts';

/** What was agreed on for permessage-deflate. */
export interface Terms {
  readonly server: DeflateSide;
  readonly client: DeflateSide;
}

const NAME = 'permessage-deflate';
const PLAIN: DeflateSide = { noContextTakeover: false, windowBits: 15 };

/** The answer to the offers of a client: the first valid one, as it was offered (RFC 7692 §5.1, §7.1). */
export function agree(
  offered: string | undefined,
  broken: Broken,
): { readonly field: string; readonly terms: Terms | undefined } {
  const entries = parseExtensions(offered ?? '') ?? [];
  const others = broken.has('extension-invented') ? entries.filter(({ name }) => name !== NAME) : [];
  for (const entry of entries.filter(({ name }) => name === NAME)) {
    const answer = answerTo(entry, broken);
    if (answer !== undefined) return { field: fieldOf([...others, ...answer.entries]), terms: answer.terms };
  }
  if (!broken.has('deflate-unasked')) return { field: fieldOf(others), terms: undefined };
  return { field: fieldOf([...others, { name: NAME, parameters: [] }]), terms: { server: PLAIN, client: PLAIN } };
}

function answerTo(
  offer: ExtensionEntry,
  broken: Broken,
): { readonly entries: readonly ExtensionEntry[]; readonly terms: Terms } | undefined {
  const offered = readParameters(offer, 'offer');
  if (typeof offered === 'string')
    return broken.has('deflate-invalid')
      ? { entries: [{ name: NAME, parameters: [] }], terms: { server: PLAIN, client: PLAIN } }
      : undefined;
  const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits } = offered;
  // zlib has no raw deflate with a window of 256 bytes.
  if ((serverMaxWindowBits ?? 15) < 9) return undefined;
  const parameters: [string, string | undefined][] = [];
  if (serverNoContextTakeover && !broken.has('deflate-takeover-unsaid'))
    parameters.push(['server_no_context_takeover', undefined]);
  if (clientNoContextTakeover) parameters.push(['client_no_context_takeover', undefined]);
  if (serverMaxWindowBits !== undefined)
    parameters.push([
      'server_max_window_bits',
      String(serverMaxWindowBits + (broken.has('deflate-bits-larger') ? 1 : 0)),
    ]);
  if (broken.has('deflate-bits-unasked')) parameters.push(['client_max_window_bits', '15']);
  const entry = { name: NAME, parameters };
  return {
    entries: broken.has('deflate-twice') ? [entry, entry] : [entry],
    terms: {
      server: {
        noContextTakeover: serverNoContextTakeover && !broken.has('deflate-window-kept'),
        windowBits: broken.has('deflate-window-large') ? 15 : (serverMaxWindowBits ?? 15),
      },
      client: { noContextTakeover: clientNoContextTakeover || broken.has('deflate-window-lost'), windowBits: 15 },
    },
  };
}

function fieldOf(entries: readonly ExtensionEntry[]): string {
  return entries.length === 0 ? '' : formatExtensions(entries);
}
