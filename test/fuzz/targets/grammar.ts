import {
  checkDeflateResponse,
  createRequestHead,
  type ExtensionOffer,
  formatExtensions,
  HANDSHAKE_ERRORS,
  HandshakeError,
  negotiateDeflate,
  parseExtensions,
  parseTokenList,
} from '../../../src/handshake/index.ts';
import { must, mustEqual, type Target, type Watch } from '../target.ts';

const WORDS = [
  'permessage-deflate',
  'server_no_context_takeover',
  'client_no_context_takeover',
  'server_max_window_bits',
  'client_max_window_bits',
  'x',
  'foo-bar',
  '8',
  '15',
  '16',
  '08',
  '"10"',
  '"1\\0"',
  '"',
  '\\',
  '""',
  '"a b"',
  'ü',
  '(',
  '\0',
  '',
  'chat',
];
const MARKS = [';', ';', '; ', '=', '=', ',', ', ', ' ', '\t', ';;', ',,', '; x=', '" '];

const SETTINGS = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 12,
  clientMaxWindowBits: 12,
};

/** Values of Sec-WebSocket-Extensions and Sec-WebSocket-Protocol. */
export const grammar: Target = {
  name: 'grammar',
  share: 5,
  dictionary: [...WORDS, ...MARKS, '; client_max_window_bits=9', ', permessage-deflate'],

  generate(dice) {
    let text = '';
    if (dice.chance(0.5)) {
      for (let count = dice.between(1, dice.chance(0.02) ? 20 : 3); count > 0; count--) {
        text += dice.chance(0.8) ? 'permessage-deflate' : dice.pick(WORDS);
        for (let params = dice.below(dice.chance(0.02) ? 20 : 5); params > 0; params--) {
          text += `${dice.pick([';', '; ', ' ;'])}${dice.pick(WORDS)}`;
          if (dice.chance(0.5)) text += `=${dice.pick(WORDS)}`;
        }
        if (count > 1) text += dice.pick([',', ', ', ' ,\t']);
      }
    } else {
      for (let count = dice.between(1, 12); count > 0; count--) text += dice.pick(dice.chance(0.5) ? WORDS : MARKS);
    }
    return new Uint8Array(Buffer.from(text, 'latin1'));
  },

  run(input, watch) {
    const text = Buffer.from(input).toString('latin1');
    const offers = attempt(watch, 'extensions', () => watch.step(input.length, () => parseExtensions(text)));
    if (offers !== undefined) {
      const written = formatExtensions(offers);
      mustEqual(parseExtensions(written), offers, 'extensions written and read again');
      negotiate(offers, watch);
    }
    const tokens = attempt(watch, 'protocols', () => watch.step(input.length, () => parseTokenList(text)));
    if (tokens !== undefined) {
      must(
        tokens.every((token) => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(token)),
        `no tokens: ${tokens.join()}`,
      );
      mustEqual(
        tokens,
        text.split(',').map((token) => token.replace(/^[ \t]+|[ \t]+$/g, '')),
        'the elements',
      );
    }
    attempt(watch, 'field', () =>
      createRequestHead({
        method: 'GET',
        target: '/',
        version: 'HTTP/1.1',
        fields: [['Sec-WebSocket-Extensions', text]],
      }),
    );
  },
};

function negotiate(offers: ExtensionOffer[], watch: Watch): void {
  const answer = negotiateDeflate(offers, SETTINGS);
  if (answer === undefined) return;
  watch.count('deflate:agreed');
  mustEqual(checkDeflateResponse(answer.response, offers), answer.agreement, 'what the client makes of the answer');
  for (const offer of offers) {
    attempt(watch, 'response', () => checkDeflateResponse(offer, offers));
  }
}

/** What it gives, or undefined when it is refused as documented. */
function attempt<T>(watch: Watch, what: string, run: () => T): T | undefined {
  try {
    const result = run();
    watch.count(`${what}:accepted`);
    return result;
  } catch (error) {
    if (!(error instanceof HandshakeError) || !(error.code in HANDSHAKE_ERRORS)) throw error;
    watch.count(`${what}:${error.code}`);
    return undefined;
  }
}
