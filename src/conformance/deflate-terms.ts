import { type ExtensionEntry, formatExtensions, parseExtensions } from './extension-field.ts';

/** What one end does with its compressor (RFC 7692 §7.1). */
export interface DeflateSide {
  /** It forgets what it sent before each message. */
  readonly noContextTakeover: boolean;
  /** 8 to 15: it refers back at most 2 to the power of this many bytes. */
  readonly windowBits: number;
}

/** What was agreed for permessage-deflate. */
export interface Agreement {
  readonly suite: DeflateSide;
  readonly testee: DeflateSide;
}

/** What the suite asks the testee's compressor for. */
export interface DeflateWish {
  readonly noContextTakeover?: boolean;
  readonly windowBits?: number;
}

/** What one entry of the field says, each of the four parameters at most once. */
export interface DeflateParameters {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  readonly serverMaxWindowBits: number | undefined;
  /** True for an offer that names it without a value. */
  readonly clientMaxWindowBits: number | true | undefined;
}

const NAME = 'permessage-deflate';
const LARGEST = 15;
/** zlib has no raw deflate with a window of 256 bytes. */
const SMALLEST_SENT = 9;

/** The field of a client that wishes this of the server, best first. */
export function offerFor(wishes: readonly DeflateWish[]): string {
  const entries = wishes.map(({ noContextTakeover = false, windowBits }): ExtensionEntry => {
    const parameters: [string, string | undefined][] = [['client_max_window_bits', undefined]];
    if (noContextTakeover) parameters.push(['server_no_context_takeover', undefined]);
    if (windowBits !== undefined) parameters.push(['server_max_window_bits', String(windowBits)]);
    return { name: NAME, parameters };
  });
  return formatExtensions(entries);
}

/**
 * What a server's answer to an offer means: the agreement, undefined when it declined, or a text that says what rule the answer
 * breaks (RFC 7692 §7.1).
 */
export function readAnswer(offer: string, answer: string | undefined): Agreement | undefined | string {
  if (answer === undefined) return undefined;
  const entries = parseExtensions(answer);
  if (entries === undefined) return 'the extensions in the response do not follow the grammar of RFC 6455 §9.1';
  const other = entries.find(({ name }) => name !== NAME);
  if (other !== undefined) return `the response has the extension ${other.name}, which was not offered`;
  const [entry, second] = entries;
  if (second !== undefined) return 'the response accepts permessage-deflate twice';
  const accepted = entry && readParameters(entry, 'answer');
  if (typeof accepted === 'string' || accepted === undefined) return accepted;
  const offers = (parseExtensions(offer) ?? []).map((offered) => readParameters(offered, 'offer'));
  const fits = offers.some((offered) => typeof offered !== 'string' && isAnswerTo(accepted, offered));
  if (!fits) return 'the response to permessage-deflate is within none of the offers';
  const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits } = accepted;
  return {
    suite: { noContextTakeover: clientNoContextTakeover, windowBits: bitsOf(clientMaxWindowBits) },
    testee: { noContextTakeover: serverNoContextTakeover, windowBits: bitsOf(serverMaxWindowBits) },
  };
}

/** How the suite as a server answers a client's field: by the first wish that one of the offers permits. */
export function answerFor(
  offer: string | undefined,
  wishes: readonly DeflateWish[],
): { readonly field: string; readonly agreement: Agreement } | undefined {
  const offers = (parseExtensions(offer ?? '') ?? []).filter(({ name }) => name === NAME);
  for (const wish of wishes) {
    for (const entry of offers) {
      const offered = readParameters(entry, 'offer');
      const answer = typeof offered === 'string' ? undefined : grant(wish, offered);
      if (answer !== undefined) return answer;
    }
  }
  return undefined;
}

function grant(
  { noContextTakeover = false, windowBits }: DeflateWish,
  offered: DeflateParameters,
): { readonly field: string; readonly agreement: Agreement } | undefined {
  const { serverNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits } = offered;
  if ((serverMaxWindowBits ?? LARGEST) < SMALLEST_SENT) return undefined;
  if (windowBits !== undefined && clientMaxWindowBits === undefined) return undefined;
  const clientBits = windowBits === undefined ? undefined : Math.min(windowBits, bitsOf(clientMaxWindowBits));
  const parameters: [string, string | undefined][] = [];
  if (serverNoContextTakeover) parameters.push(['server_no_context_takeover', undefined]);
  if (noContextTakeover) parameters.push(['client_no_context_takeover', undefined]);
  if (serverMaxWindowBits !== undefined) parameters.push(['server_max_window_bits', String(serverMaxWindowBits)]);
  if (clientBits !== undefined) parameters.push(['client_max_window_bits', String(clientBits)]);
  return {
    field: formatExtensions([{ name: NAME, parameters }]),
    agreement: {
      suite: { noContextTakeover: serverNoContextTakeover, windowBits: serverMaxWindowBits ?? LARGEST },
      // A client may hold to less by itself where it has said so.
      testee: { noContextTakeover, windowBits: clientBits ?? bitsOf(clientMaxWindowBits) },
    },
  };
}

/** The parameters of an entry, or what is wrong with them (RFC 7692 §7.1). */
export function readParameters({ parameters }: ExtensionEntry, of: 'offer' | 'answer'): DeflateParameters | string {
  const given = new Map(parameters);
  if (given.size < parameters.length) return 'permessage-deflate has a parameter twice';
  for (const [name, value] of given) {
    const isFlag = /^(?:server|client)_no_context_takeover$/.test(name);
    if (isFlag && value !== undefined) return `${name} has a value`;
    if (!isFlag && !/^(?:server|client)_max_window_bits$/.test(name))
      return `permessage-deflate has no parameter ${name}`;
    const mayBeBare = isFlag || (of === 'offer' && name === 'client_max_window_bits');
    if (!mayBeBare && value === undefined) return `${name} has no value`;
    if (value !== undefined && !/^(?:[89]|1[0-5])$/.test(value)) return `${name} is ${value}, not 8 to 15`;
  }
  const bits = (name: string): number | undefined => {
    const value = given.get(name);
    return value === undefined ? undefined : Number(value);
  };
  return {
    serverNoContextTakeover: given.has('server_no_context_takeover'),
    clientNoContextTakeover: given.has('client_no_context_takeover'),
    serverMaxWindowBits: bits('server_max_window_bits'),
    clientMaxWindowBits: bits('client_max_window_bits') ?? (given.has('client_max_window_bits') || undefined),
  };
}

function isAnswerTo(answer: DeflateParameters, offer: DeflateParameters): boolean {
  if (offer.serverNoContextTakeover && !answer.serverNoContextTakeover) return false;
  if (bitsOf(answer.serverMaxWindowBits) > bitsOf(offer.serverMaxWindowBits)) return false;
  if (answer.clientMaxWindowBits === undefined) return true;
  return (
    offer.clientMaxWindowBits !== undefined && bitsOf(answer.clientMaxWindowBits) <= bitsOf(offer.clientMaxWindowBits)
  );
}

function bitsOf(given: number | true | undefined): number {
  return typeof given === 'number' ? given : LARGEST;
}
