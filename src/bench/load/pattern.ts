import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { Opcode } from '../../codec/index.ts';
import type { LoadConfig } from '../config.ts';
import { seededRandom } from '../stats/seeded-random.ts';
import { NUMBER_WIDTH, numberWidth } from './number.ts';

/** What all messages of a connection look like: the same bytes but for a number, which each message has its own of. */
export interface Pattern {
  readonly opcode: number;
  /** The payload; where the number belongs there is any. */
  readonly bytes: Buffer;
  /** Where the number stands. */
  readonly at: number;
  /** How many characters it takes; 0 when messages have none. */
  readonly width: number;
}

const SEQ = '{{seq}}';
const TEXT = 'abcdefghijklmnopqrstuvwxyz0123456789 .,';

/** Makes the patterns of a configuration. */
export class Patterns {
  /** All connections have the same one. */
  readonly shared: boolean;
  readonly #config: LoadConfig;
  readonly #opcode: number;
  readonly #common: Pattern;

  /** @throws TypeError when the file is not text and text is to be sent, or the template has more than one number */
  constructor(config: LoadConfig) {
    const { source } = config;
    this.#config = config;
    this.#opcode = config.binary ? Opcode.BINARY : Opcode.TEXT;
    this.shared = source.kind !== 'template' || !/\{\{(?:client|random)\}\}/.test(source.text);
    this.#common = this.#create(0);
  }

  /** The pattern of a connection, counted from 0 over all workers. Not to be changed. */
  of(client: number): Pattern {
    return this.shared ? this.#common : this.#create(client);
  }

  #create(client: number): Pattern {
    const { source, seed, binary } = this.#config;
    const opcode = this.#opcode;
    if (source.kind === 'size') {
      return { opcode, bytes: filler(source.bytes, seed, binary), at: 0, width: numberWidth(source.bytes) };
    }
    if (source.kind === 'file') {
      const bytes = readFileSync(source.path);
      if (!binary && !isUtf8(bytes)) throw new TypeError(`${source.path} is not UTF-8 text; send it with --binary`);
      return { opcode, bytes, at: 0, width: 0 };
    }
    return { opcode, ...fillTemplate(source.text, client, seed) };
  }
}

/** So many bytes from the seed: any bytes, or letters, digits and spaces. */
function filler(length: number, seed: number, binary: boolean): Buffer {
  const random = seededRandom(seed);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) {
    bytes[at] = binary ? random() * 256 : TEXT.charCodeAt(random() * TEXT.length);
  }
  return bytes;
}

function fillTemplate(template: string, client: number, seed: number): Pick<Pattern, 'bytes' | 'at' | 'width'> {
  const random = seededRandom(seed + client);
  const text = template.replaceAll('{{client}}', String(client)).replaceAll('{{random}}', () =>
    Math.floor(random() * 36 ** 8)
      .toString(36)
      .padStart(8, '0'),
  );
  const [before = '', after, ...more] = text.split(SEQ);
  if (more.length > 0) throw new TypeError(`a template has ${SEQ} once, where the number of the message is to stand`);
  if (after === undefined) return { bytes: Buffer.from(before), at: 0, width: 0 };
  return {
    bytes: Buffer.from(before + '0'.repeat(NUMBER_WIDTH) + after),
    at: Buffer.byteLength(before),
    width: NUMBER_WIDTH,
  };
}
