import { utf8 } from '../bytes.ts';
import { Compressor } from '../deflate.ts';
import { text } from '../frame.ts';
import { fieldValue, type Head } from '../head.ts';
import type { ConformanceCase, OpeningOutcome, Setting, Step } from '../model.ts';
import { closes, conversation, custom, defineCases, echoText, send } from '../steps.ts';

/** A text that any compressor makes shorter, long enough that one is used. */
const MESSAGE = 'what an offer says is what a connection does; '.repeat(64);
const EXTENSIONS = 'Sec-WebSocket-Extensions';
const ALL_BITS = [8, 9, 10, 11, 12, 13, 14, 15];

/** Messages on the terms that were agreed on, twice, so that both windows are used. */
export function* onAgreedTerms({ deflate }: Setting): Generator<Step> {
  if (deflate === undefined)
    yield custom('permessage-deflate is agreed on', async (talk) =>
      talk.note('UNIMPLEMENTED', 'permessage-deflate was declined'),
    );
  const compressor = deflate && new Compressor(deflate.suite);
  for (let i = 0; i < 2; i++) {
    const payload = utf8(MESSAGE);
    yield send(compressor === undefined ? text(payload) : text(compressor.compress(payload), { rsv: 4 }));
    yield echoText(MESSAGE);
  }
  yield* closes();
}

/** The answer to these offers fits one of them, and the connection does what it says. */
function fitting(
  number: string,
  title: string,
  section: string,
  offers: readonly string[],
  outcome: OpeningOutcome = { kind: 'opens' },
): ConformanceCase {
  const conversations = offers.map((offer) =>
    conversation(onAgreedTerms, { name: offer, opening: { extensions: offer, outcome } }),
  );
  return defineCases(number, title, [section, 'RFC 7692 §7.1'], conversations, { testees: ['server'] });
}

/** None of these offers is accepted; a server may refuse the request that has one. */
function declined(number: string, title: string, section: string, offers: readonly string[]): ConformanceCase {
  const outcome: OpeningOutcome = { kind: 'either', statuses: [400], check: acceptsNothing };
  const conversations = offers.map((offer) =>
    conversation(() => [send(text('x')), echoText('x'), ...closes()], {
      name: offer,
      opening: { extensions: offer, outcome },
    }),
  );
  return defineCases(number, title, [section, 'RFC 7692 §7.1'], conversations, { testees: ['server'] });
}

const each = (values: readonly (string | number)[], parameter: string): string[] =>
  values.map((value) => `permessage-deflate; ${parameter}${value}`);

const BAD_BITS = ['=7', '=16', '=0', '=08', '=1e1', '=9.5', '=-9', '=+9', '=nine', '=255', '=150'];

/** D.1: what a server answers to offers. */
export const DEFLATE_OFFERS: readonly ConformanceCase[] = [
  fitting('D.1.1', 'an offer without parameters is answered within it', 'RFC 7692 §5.1', ['permessage-deflate']),
  fitting(
    'D.1.2',
    'a server that accepts server_no_context_takeover says so, and forgets each message',
    'RFC 7692 §7.1.1.1',
    ['permessage-deflate; server_no_context_takeover'],
  ),
  fitting('D.1.3', 'client_no_context_takeover is a hint', 'RFC 7692 §7.1.1.2', [
    'permessage-deflate; client_no_context_takeover',
  ]),
  fitting(
    'D.1.4',
    'a server that accepts server_max_window_bits answers with as many or fewer',
    'RFC 7692 §7.1.2.1',
    each(ALL_BITS, 'server_max_window_bits='),
  ),
  fitting('D.1.5', 'client_max_window_bits without a value leaves the choice to the server', 'RFC 7692 §7.1.2.2', [
    'permessage-deflate; client_max_window_bits',
  ]),
  fitting(
    'D.1.6',
    'a server that answers client_max_window_bits answers with as many or fewer',
    'RFC 7692 §7.1.2.2',
    each(ALL_BITS, 'client_max_window_bits='),
  ),
  fitting('D.1.7', 'all parameters together', 'RFC 7692 §7.1', [
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11',
    'permessage-deflate;client_max_window_bits;server_max_window_bits=12;client_no_context_takeover;server_no_context_takeover',
  ]),
  fitting('D.1.8', 'a value may be quoted', 'RFC 6455 §9.1', ['permessage-deflate; server_max_window_bits="10"']),
  fitting('D.1.9', 'of several offers one is answered', 'RFC 7692 §5.1', [
    'permessage-deflate; server_max_window_bits=9, permessage-deflate',
    'permessage-deflate; server_no_context_takeover, permessage-deflate; client_max_window_bits',
  ]),
  fitting(
    'D.1.10',
    'an offer behind one that is invalid is still one',
    'RFC 7692 §5.1',
    [
      'permessage-deflate; server_max_window_bits=16, permessage-deflate',
      'x-ws101-unknown; a=1, permessage-deflate',
      'permessage-deflate; x-ws101, permessage-deflate; client_max_window_bits',
    ],
    { kind: 'opens', otherwise: 'NON-STRICT' },
  ),
  declined('D.1.11', 'a parameter that there is not is declined', 'RFC 7692 §7.1', [
    'permessage-deflate; x-ws101',
    'permessage-deflate; server_max_window_bit=10',
    'permessage-deflate; level=9',
  ]),
  declined('D.1.12', 'a parameter given twice is declined', 'RFC 7692 §7.1', [
    'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
    'permessage-deflate; client_max_window_bits; client_max_window_bits=10',
    'permessage-deflate; server_max_window_bits=10; server_max_window_bits=10',
  ]),
  declined('D.1.13', 'a takeover parameter with a value is declined', 'RFC 7692 §7.1.1', [
    'permessage-deflate; server_no_context_takeover=1',
    'permessage-deflate; client_no_context_takeover=true',
    'permessage-deflate; server_no_context_takeover="x"',
  ]),
  declined(
    'D.1.14',
    'server_max_window_bits that is not 8 to 15 is declined',
    'RFC 7692 §7.1.2.1',
    each(['', ...BAD_BITS], 'server_max_window_bits'),
  ),
  declined(
    'D.1.15',
    'client_max_window_bits that is not 8 to 15 is declined',
    'RFC 7692 §7.1.2.2',
    each(BAD_BITS, 'client_max_window_bits'),
  ),
];

function acceptsNothing(head: Head): string | undefined {
  const value = fieldValue(head, EXTENSIONS);
  return value === undefined ? undefined : `the server answers with ${EXTENSIONS}: ${value}`;
}
