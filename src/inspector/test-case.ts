import { applyMask, Opcode } from '../codec/index.ts';
import { opcodeName, previewText } from '../inspect/index.ts';
import type { ExportSource } from './downloads.ts';
import type { Entry, FrameEntry, HeadEntry } from './entry.ts';

/** More steps than this nobody reads. */
const MOST_STEPS = 200;
const HEX_A_LINE = 32;

/**
 * One connection as a test in TypeScript that runs with `ws101/testing`: what the client sent is sent again, byte for byte, and
 * what the server sent is expected. Of several connections the first one counts.
 */
export function toTestCase({ entries, target }: ExportSource): string {
  const first = entries.find(({ kind }) => kind === 'head' || kind === 'frame');
  if (first === undefined) return '// Nothing has passed the inspector yet.\n';
  const { connection } = first;
  const own = entries.filter((entry) => entry.connection === connection);
  const url = URL.canParse(target) ? new URL(target) : new URL('ws://localhost/');
  const steps = own.flatMap((entry) => stepsOf(entry, url));
  const shown = steps.slice(0, MOST_STEPS).flat();
  if (steps.length > MOST_STEPS) shown.push(`// ${steps.length - MOST_STEPS} further steps are left out.`);
  const secure = url.protocol === 'wss:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return [
    `// Connection ${connection}, recorded by ws101 inspect: what the client sent is sent again, what the server sent is expected.`,
    `import { once } from 'node:events';`,
    secure ? `import { connect } from 'node:tls';` : `import { connect } from 'node:net';`,
    `import { test } from 'node:test';`,
    `import { ScriptedPeer } from 'ws101/testing';`,
    '',
    `const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex');`,
    '',
    `test('connection ${connection}', async () => {`,
    `  const socket = connect({ host: ${quoted(hostname)}, port: ${port} });`,
    `  await once(socket, '${secure ? 'secureConnect' : 'connect'}');`,
    `  const client = new ScriptedPeer(socket, 'client');`,
    ...shown.map((line) => (line === '' ? '' : `  ${line}`)),
    '  client.end();',
    '});',
    '',
  ].join('\n');
}

/** The lines of one step; none for what a test cannot repeat. */
function stepsOf(entry: Entry, target: URL): string[][] {
  if (entry.kind === 'head') return [headStep(entry, target)];
  if (entry.kind !== 'frame') return [];
  if (entry.wire.length < entry.size) {
    return [
      [`// a frame of ${entry.size} bytes ${entry.from === 'client' ? 'to' : 'from'} the server was not kept whole`],
    ];
  }
  return [entry.from === 'client' ? sendStep(entry) : expectStep(entry)];
}

/** The request as the target got it. */
function headStep({ from, wire, title }: HeadEntry, target: URL): string[] {
  if (from === 'server')
    return [
      'const head = await client.readHead();',
      `if (!head.startsWith(${quoted(title)})) throw new Error(head);`,
      '',
    ];
  const lines = Buffer.from(wire)
    .toString('latin1')
    .replace(/^(\w+) \/ /, (_, method: string) => `${method} ${target.pathname}${target.search} `)
    .replace(/^(host: *).*?(?= *\r\n)/im, (_, name: string) => `${name}${target.host}`)
    .split(/(?<=\r\n)/);
  return ['client.send(', ...lines.map((line) => `  ${quoted(line)},`), ');'];
}

function sendStep(entry: FrameEntry): string[] {
  const { wire } = entry;
  const digits = Buffer.from(wire).toString('hex');
  const words = describe(entry);
  if (wire.length <= HEX_A_LINE) return [`client.send(hex('${digits}')); // ${words}`];
  const lines = digits.match(new RegExp(`.{1,${HEX_A_LINE * 2}}`, 'g')) ?? [];
  return [`// ${words}`, 'client.send(', ...lines.map((line) => `  hex('${line}'),`), ');'];
}

function expectStep(entry: FrameEntry): string[] {
  const { opcode, fin, rsv } = entry.header;
  const payload = payloadOf(entry);
  const literal = textLiteral(payload) ?? `hex('${Buffer.from(payload).toString('hex')}')`;
  if (opcode === Opcode.CLOSE && payload.length >= 2) {
    return [`await client.expectClose(${(payload[0]! << 8) | payload[1]!}); // ${describe(entry)}`];
  }
  if (fin && rsv === 0) return [`await client.expectFrame(${opcode}, ${literal}); // ${opcodeName(opcode)}`];
  return [`await client.readFrame(); // ${describe(entry)}`];
}

function describe(entry: FrameEntry): string {
  const { opcode, fin, length } = entry.header;
  const { violation } = entry;
  const kind = `${opcodeName(opcode)}${fin ? '' : ' fragment'}, ${length} bytes`;
  const isText = opcode === Opcode.TEXT && entry.header.rsv === 0;
  const text = isText ? ` ${previewText(payloadOf(entry), 40)}` : '';
  return `${kind}${text}${violation === undefined ? '' : `, breaks ${violation.section}: ${violation.code}`}`;
}

function payloadOf({ wire, header }: FrameEntry): Uint8Array {
  const payload = wire.slice(header.size);
  applyMask(payload, header.maskKey);
  return payload;
}

/** The bytes as a string literal, where they are plain text. */
function textLiteral(payload: Uint8Array): string | undefined {
  const text = Buffer.from(payload).toString('utf8');
  return Buffer.from(text).equals(payload) && !/[\p{Cc}\p{Cf}]/u.test(text) ? quoted(text) : undefined;
}

/** A literal in single quotes, in which nothing hides. */
function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escapeOf)}'`;
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
