import { defineInspect } from '../../src/cli/inspect.ts';
import { toAscii, toHex } from './bytes.ts';
import { DEFLATE_TAIL } from './deflate-trace.ts';
import type { Facts } from './facts.ts';
import { constantText } from './sources.ts';

/** A line for a shell that repeats a computation, and what it prints. It holds nothing that shells disagree about. */
export interface Command {
  readonly line: string;
  /** Taken from the recording, not from running the line. */
  readonly output: string;
}

/** The commands of the page, by the names that its prose calls them. */
export async function commandsOf(facts: Facts): Promise<ReadonlyMap<string, Command>> {
  const key = facts.header('request', 'Sec-WebSocket-Key');
  const guid = constantText('src/handshake/key.ts', 'GUID');
  const hello = facts.piece('hello').bytes;
  const inflate = (place: string, options: string): string =>
    `const z = require('node:zlib'); console.log(String(z.inflateRawSync(${bytes(facts.payload(place), DEFLATE_TAIL)}, ` +
    `{ finishFlush: z.constants.Z_SYNC_FLUSH${options} })))`;
  const commands: [name: string, script: string, output: string][] = [
    ['key', `console.log(String(Buffer.from('${key}', 'base64')))`, toAscii(Buffer.from(key, 'base64'))],
    [
      'accept',
      `console.log(require('node:crypto').createHash('sha1').update('${key}' + '${guid}').digest('base64'))`,
      facts.header('response', 'Sec-WebSocket-Accept'),
    ],
    [
      'bits',
      `for (const byte of ${bytes(hello.subarray(0, 2))}) console.log(byte.toString(2).padStart(8, '0'))`,
      Array.from(hello.subarray(0, 2), (byte) => byte.toString(2).padStart(8, '0')).join('\n'),
    ],
    ['unmask', unmask(facts, 'hello-masked'), toAscii(facts.payload('hello-masked'))],
    ['pong', unmask(facts, 'pong'), toAscii(facts.payload('fragments/2'))],
    [
      'medium',
      `console.log(${bytes(facts.bytes('medium', 'extended payload length'))}.readUInt16BE())`,
      `${facts.payload('medium').length}`,
    ],
    [
      'long',
      `console.log(String(${bytes(facts.bytes('long', 'extended payload length'))}.readBigUInt64BE()))`,
      `${facts.payload('long').length}`,
    ],
    ['inflate', inflate('deflated', ''), toAscii(facts.plain('deflated'))],
    [
      'inflate-again',
      inflate('deflated-again', `, dictionary: Buffer.from('${toAscii(facts.plain('deflated'))}')`),
      toAscii(facts.plain('deflated-again')),
    ],
    [
      'close',
      `const key = ${bytes(facts.bytes('close', 'masking key'))}; ` +
        `console.log(${bytes(facts.bytes('close', 'close code'))}.map((byte, i) => byte ^ key[i & 3]).readUInt16BE())`,
      codeOf(facts, 'close'),
    ],
    [
      'close-echo',
      `console.log(${bytes(facts.bytes('close-echo', 'close code'))}.readUInt16BE(), ` +
        `String(${bytes(facts.bytes('close-echo', 'close reason'))}))`,
      `${codeOf(facts, 'close-echo')} ${toAscii(facts.bytes('close-echo', 'close reason'))}`,
    ],
    ['utf8', `console.log(require('node:buffer').isUtf8(${bytes(facts.offence('bad-text'))}))`, 'false'],
  ];
  const made = commands.map(([name, script, output]) => [name, { line: `node -e "${script}"`, output }] as const);
  return new Map([...made, ['inspect', await inspection(facts)]]);
}

function unmask(facts: Facts, place: string): string {
  const key = bytes(facts.bytes(place, 'masking key'));
  return `const key = ${key}; console.log(String(${bytes(facts.wirePayload(place))}.map((byte, i) => byte ^ key[i & 3])))`;
}

function bytes(...parts: readonly Uint8Array[]): string {
  return `Buffer.from('${parts.map((part) => toHex(part)).join(`' + '`)}', 'hex')`;
}

function codeOf(facts: Facts, place: string): string {
  return facts.span(place, 'close code').value.split(' ')[0] ?? '';
}

/** What `ws101 inspect` says of the first masked frame. */
async function inspection(facts: Facts): Promise<Command> {
  const hex = toHex(facts.piece('hello-masked').bytes);
  let output = '';
  const stdout = {
    write(text: string): void {
      output += text;
    },
  };
  await defineInspect(process.stdin, {}).run([hex], { stdout, stderr: stdout });
  return { line: `npx ws101 inspect ${hex}`, output: output.trimEnd() };
}
