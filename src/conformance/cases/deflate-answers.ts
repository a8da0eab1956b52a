import { readParameters } from '../deflate-terms.ts';
import { parseExtensions } from '../extension-field.ts';
import { fieldValue, type Head, headBytes, withField } from '../head.ts';
import type { ConformanceCase, Opening } from '../model.ts';
import { conversation, defineCases } from '../steps.ts';
import { onAgreedTerms } from './deflate-offers.ts';

const EXTENSIONS = 'Sec-WebSocket-Extensions';

/** Answers on which a client fails the connection, whether it offered permessage-deflate or not. */
function failing(number: string, title: string, section: string, answers: readonly string[]): ConformanceCase {
  return refusing(number, title, section, Object.fromEntries(answers.map((answer) => [answer, () => answer])));
}

/** The same for answers that depend on the offer. */
function refusing(
  number: string,
  title: string,
  section: string,
  answers: Readonly<Record<string, (request: Head) => string>>,
): ConformanceCase {
  const conversations = Object.entries(answers).map(([name, answer]) => {
    const opening: Opening = {
      head: (usual, request) => [headBytes(withField(usual, EXTENSIONS, answer(request ?? usual)))],
      outcome: { kind: 'refuses', statuses: [], silently: true, ends: true, otherwise: 'FAILED' },
    };
    return conversation(() => [], { name, opening });
  });
  return defineCases(number, title, [section, 'RFC 7692 §7.1'], conversations, { testees: ['client'] });
}

/** Answers that fit an offer; UNIMPLEMENTED where a client makes none that they fit. */
function fitting(
  number: string,
  title: string,
  section: string,
  openings: readonly (readonly [string, Opening])[],
): ConformanceCase {
  const conversations = openings.map(([name, opening]) => conversation(onAgreedTerms, { name, opening }));
  return defineCases(number, title, [section, 'RFC 7692 §7.1'], conversations, { testees: ['client'] });
}

const BAD_BITS = ['', '=7', '=16', '=0', '=08', '=1e1', '=9.5', '=-9', '=nine'];

/** D.2: what a client makes of answers to its offer. */
export const DEFLATE_ANSWERS: readonly ConformanceCase[] = [
  fitting('D.2.1', 'an answer without parameters is taken', 'RFC 7692 §5.1', [['', { deflate: [{}] }]]),
  fitting('D.2.2', 'a client that is told so forgets each message', 'RFC 7692 §7.1.1.2', [
    ['', { deflate: [{ noContextTakeover: true }] }],
  ]),
  fitting(
    'D.2.3',
    'a client that offers client_max_window_bits keeps to what is answered',
    'RFC 7692 §7.1.2.2',
    [8, 9, 10, 11, 12, 13, 14, 15].map((windowBits) => [`${windowBits}`, { deflate: [{ windowBits }] }] as const),
  ),
  fitting('D.2.4', 'both together', 'RFC 7692 §7.1', [
    ['', { deflate: [{ noContextTakeover: true, windowBits: 10 }] }],
  ]),
  failing('D.2.5', 'the client fails on a parameter that there is not', 'RFC 7692 §7.1', [
    'permessage-deflate; x-ws101',
    'permessage-deflate; server_max_window_bit=10',
  ]),
  failing('D.2.6', 'the client fails on a parameter given twice', 'RFC 7692 §7.1', [
    'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
    'permessage-deflate; server_max_window_bits=10; server_max_window_bits=10',
  ]),
  failing('D.2.7', 'the client fails on a takeover parameter with a value', 'RFC 7692 §7.1.1', [
    'permessage-deflate; server_no_context_takeover=1',
    'permessage-deflate; client_no_context_takeover=true',
  ]),
  failing(
    'D.2.8',
    'the client fails on server_max_window_bits that is not 8 to 15',
    'RFC 7692 §7.1.2.1',
    BAD_BITS.map((bits) => `permessage-deflate; server_max_window_bits${bits}`),
  ),
  failing(
    'D.2.9',
    'the client fails on client_max_window_bits that is not 8 to 15',
    'RFC 7692 §7.1.2.2',
    BAD_BITS.map((bits) => `permessage-deflate; client_max_window_bits${bits}`),
  ),
  refusing(
    'D.2.10',
    'the client fails on a window larger than it offered, or on one that it did not offer',
    'RFC 7692 §7.1.2.2',
    {
      client_max_window_bits: (request) => `permessage-deflate; client_max_window_bits=${offeredBits(request) + 1}`,
    },
  ),
  failing('D.2.11', 'the client fails on an extension accepted twice', 'RFC 7692 §5', [
    'permessage-deflate, permessage-deflate',
  ]),
  failing('D.2.12', 'the client fails on an extension that it did not offer, beside one that it did', 'RFC 6455 §9.1', [
    'permessage-deflate, x-ws101-unknown',
    'x-ws101-unknown, permessage-deflate',
  ]),
];

/** The largest window that the client can be asked for: 14 when it offered none, so that any number is one too many. */
function offeredBits(request: Head): number {
  const offers = (parseExtensions(fieldValue(request, EXTENSIONS) ?? '') ?? []).map((offer) =>
    readParameters(offer, 'offer'),
  );
  const bits = offers.map((offer) => (typeof offer === 'string' ? undefined : offer.clientMaxWindowBits));
  if (bits.includes(true)) return 15;
  return Math.max(...bits.filter((value) => typeof value === 'number'), 14);
}
