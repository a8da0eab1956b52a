// Fills the tables of docs/cheat-sheet.md from the code. Run: npx tsx scripts/cheat-sheet.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { MAX_CLOSE_REASON_BYTES } from '../src/codec/close.ts';
import { MAX_HEADER_BYTES } from '../src/codec/header.ts';
import { CloseCode, encodeFrame, headerSize, isValidCloseCode, Opcode } from '../src/codec/index.ts';
import { FRAME_RULES } from '../src/codec/violation.ts';
import { inspectParts } from '../src/inspect/index.ts';
import { DEFLATE_RULES } from '../src/node/deflate-message.ts';
import { LIMITS } from '../src/node/index.ts';
import { KEEPALIVE, MESSAGE_RULES } from '../src/protocol/index.ts';
import { inWords } from './limits-page.ts';

const MEANINGS: Readonly<Record<keyof typeof CloseCode, string>> = {
  NORMAL: 'the purpose is fulfilled',
  GOING_AWAY: 'the server shuts down, or the page is left',
  PROTOCOL_ERROR: 'a rule of the frames was broken',
  UNSUPPORTED_DATA: 'this kind of message is not taken',
  NO_STATUS: 'the close frame had no code',
  ABNORMAL: 'the connection ended without a close frame',
  INVALID_PAYLOAD: 'the content does not fit its kind: text that is not UTF-8',
  POLICY_VIOLATION: 'a rule of the application or a limit of the receiver was broken',
  MESSAGE_TOO_BIG: 'the message is longer than the receiver takes',
  MANDATORY_EXTENSION: 'the client needs an extension that the server did not accept',
  INTERNAL_ERROR: 'something went wrong at this end',
  SERVICE_RESTART: 'the server restarts; come back soon',
  TRY_AGAIN_LATER: 'the server is overloaded',
  BAD_GATEWAY: 'a gateway got an invalid answer from the server behind it',
  TLS_HANDSHAKE: 'the TLS handshake failed',
};

type Rows = readonly (readonly (string | number)[])[];

const TABLES: Readonly<Record<string, () => string>> = {
  opcodes: () =>
    table(
      ['opcode', 'name', 'meaning', 'section'],
      Object.values(Opcode).map((opcode) => {
        const [part] = inspectParts(encodeFrame(opcode, new Uint8Array(0)), { role: 'client', start: 'frame' });
        const span = part?.spans.find(({ field }) => field === 'opcode');
        return [
          `\`0x${opcode.toString(16)}\``,
          span?.value.replace(/^\d+ /, '') ?? '',
          span?.note ?? '',
          span?.section ?? '',
        ];
      }),
    ),
  lengths: () =>
    table(
      ['payload', 'the 7 bits say', 'and then', 'header, unmasked', 'header, masked'],
      lengthForms().map(({ from, to, bits, size }) => [
        to === Infinity ? `from ${from.toLocaleString('en')} bytes` : `${from} to ${to.toLocaleString('en')} bytes`,
        bits === 0 ? 'the length' : bits === 16 ? 126 : 127,
        bits === 0 ? '' : `the length in ${bits / 8} bytes`,
        `${size} bytes`,
        `${headerSize(from, true)} bytes`,
      ]),
    ),
  'close codes': () =>
    table(
      ['code', 'name', 'meaning', 'in a close frame'],
      Object.entries(CloseCode).map(([name, code]) => [
        code,
        `\`${name}\``,
        MEANINGS[name as keyof typeof CloseCode],
        isValidCloseCode(code) ? 'yes' : 'never; only reported',
      ]),
    ),
  rules: () =>
    table(
      ['rule', 'closes with', 'section'],
      Object.entries({ ...FRAME_RULES, ...MESSAGE_RULES, ...DEFLATE_RULES }).map(([code, { closeCode, section }]) => [
        `\`${code}\``,
        closeCode,
        section,
      ]),
    ),
  limits: () =>
    table(
      ['what', 'most', 'set by'],
      [
        ['a header', `${MAX_HEADER_BYTES} bytes`, 'RFC 6455 §5.2'],
        ['the payload of a control frame', `${lengthForms()[0]?.to} bytes`, 'RFC 6455 §5.5'],
        ['a close reason', `${MAX_CLOSE_REASON_BYTES} bytes`, 'RFC 6455 §5.5.1'],
        ['a message', inWords(LIMITS.maxMessageBytes, 'bytes'), '`maxMessageBytes`'],
        ['the fragments of a message', inWords(LIMITS.maxFragments, ''), '`maxFragments`'],
        ['the head of a request', inWords(LIMITS.headBytes, 'bytes'), '`headBytes`'],
        ['the opening handshake', inWords(LIMITS.handshakeTimeoutMs, 'ms'), '`handshakeTimeoutMs`'],
        ['silence before a ping', inWords(KEEPALIVE.intervalMs, 'ms'), '`keepalive.intervalMs`'],
        ['silence after it', inWords(KEEPALIVE.timeoutMs, 'ms'), '`keepalive.timeoutMs`'],
        ['the close handshake', inWords(LIMITS.closeTimeoutMs, 'ms'), '`closeTimeoutMs`'],
      ],
    ),
};

/** The names of the places that a cheat sheet has for tables. */
export const CHEAT_SHEET_TABLES: readonly string[] = Object.keys(TABLES);

/**
 * The cheat sheet with its tables as the code has them now.
 *
 * @throws Error for a page without a place for one of them
 */
export function fillCheatSheet(page: string): string {
  return Object.entries(TABLES).reduce((text, [name, render]) => {
    const place = new RegExp(`<!-- ${name} -->\n[\\s\\S]*?<!-- end of ${name} -->`);
    if (!place.test(text)) throw new Error(`the page has no place for the table of ${name}`);
    return text.replace(place, () => `<!-- ${name} -->\n${render()}\n<!-- end of ${name} -->`);
  }, page);
}

interface LengthForm {
  readonly from: number;
  readonly to: number;
  /** Behind the first two bytes. */
  readonly bits: number;
  readonly size: number;
}

/** The forms of a length, from what the encoder does with each. */
function lengthForms(): LengthForm[] {
  const longest = headerSize(Number.MAX_SAFE_INTEGER, false);
  const forms: LengthForm[] = [];
  for (let from = 0; ; ) {
    const size = headerSize(from, false);
    const bits = (size - headerSize(0, false)) * 8;
    if (size === longest) return [...forms, { from, to: Infinity, bits, size }];
    let to = from;
    while (headerSize(to + 1, false) === size) to++;
    forms.push({ from, to, bits, size });
    from = to + 1;
  }
}

function table(columns: readonly string[], rows: Rows): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

if (import.meta.filename === process.argv[1]) {
  const path = new URL('../docs/cheat-sheet.md', import.meta.url);
  writeFileSync(path, fillCheatSheet(readFileSync(path, 'utf8')));
}
