import { isNetwork } from '../node/index.ts';

/** Which pages may connect: those of the same host, every one, or those of these origins. */
export type Origin = 'same' | 'any' | readonly string[];

/** What each type of option gives. */
export interface OptionValues {
  /** Present or not; takes no value. */
  flag: boolean;
  text: string;
  /** One of the words that the option lists. */
  choice: string;
  /** A TCP port; 0 stands for any free one. */
  port: number;
  /** A number of bytes, at least 1; Infinity for no limit. */
  size: number;
  /** A whole number, at least 1; Infinity for no limit. */
  count: number;
  origin: Origin;
  /** Addresses and networks. */
  addresses: readonly string[];
  /** A time, in milliseconds. */
  seconds: number;
  /** A number, from 0. */
  number: number;
  /** Some of those. */
  numbers: readonly number[];
  /** A part of the whole, from 0 to 1. */
  share: number;
}

/** How the values of one type are written, asked for, read and shown. */
export interface OptionType<Value> {
  /** The word that stands for the value in a help text. */
  readonly placeholder: string;
  /** What a value must be, to end a sentence that begins with `must be`. */
  readonly expected: string;
  /** The value that a text stands for; undefined when it stands for none. */
  read(text: string): Value | undefined;
  /** A text that reads back as this value. */
  show(value: Value): string;
}

/** The types whose values are written after the option's name. Those of `choice` depend on the option. */
export const OPTION_TYPES: {
  readonly [Type in Exclude<keyof OptionValues, 'flag' | 'choice'>]: OptionType<OptionValues[Type]>;
} = {
  text: { placeholder: 'TEXT', expected: 'a text', read: (text) => text || undefined, show: (value) => value },
  port: { placeholder: 'PORT', expected: 'a whole number from 0 to 65535', read: readPort, show: String },
  size: {
    placeholder: 'SIZE',
    expected: 'a size such as 64MiB, 512k, 1000 or Infinity',
    read: readSize,
    show: showSize,
  },
  count: { placeholder: 'N', expected: 'a whole number from 1, or Infinity', read: readCount, show: String },
  origin: {
    placeholder: 'same|any|URL',
    expected: 'same, any, or origins such as https://example.com, with commas between them',
    read: readOrigin,
    show: (value) => (typeof value === 'string' ? value : value.join(',')),
  },
  addresses: {
    placeholder: 'LIST',
    expected: 'addresses or networks such as 10.0.0.0/8, with commas between them, or none',
    read: readAddresses,
    show: (value) => value.join(',') || 'none',
  },
  seconds: {
    placeholder: 'S',
    expected: 'a number of seconds, such as 10 or 0.5',
    read: (text) => {
      const seconds = readNumber(text);
      return seconds === undefined ? undefined : Math.round(seconds * 1000);
    },
    show: (value) => String(value / 1000),
  },
  number: { placeholder: 'N', expected: 'a number from 0', read: readNumber, show: String },
  numbers: {
    placeholder: 'LIST',
    expected: 'numbers from 0 with commas between them',
    read: readNumbers,
    show: (value) => value.join(','),
  },
  share: {
    placeholder: 'SHARE',
    expected: 'a share such as 0.1 or 10%',
    read: readShare,
    show: String,
  },
};

const UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
  ['B', 1],
];

function readPort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  return port >= 0 && port <= 65_535 ? port : undefined;
}

function readCount(text: string): number | undefined {
  if (isInfinity(text)) return Number.POSITIVE_INFINITY;
  return positive(/^\d+$/.test(text) ? Number(text) : 0);
}

/** Units are powers of 1024. `kB` and its like are refused: to some they mean 1000, to others 1024. */
function readSize(text: string): number | undefined {
  if (isInfinity(text)) return Number.POSITIVE_INFINITY;
  const [, digits = '', letter = 'b'] = /^(\d+) ?(?:b|(?:([kmg])(?:ib)?))?$/i.exec(text) ?? [];
  const unit = UNITS.find(([name]) => name[0]?.toLowerCase() === letter.toLowerCase());
  return positive(Number(digits) * (unit?.[1] ?? 0));
}

function showSize(bytes: number): string {
  const unit = Number.isFinite(bytes) ? UNITS.find(([, size]) => size > 1 && bytes % size === 0) : undefined;
  return unit === undefined ? String(bytes) : `${bytes / unit[1]}${unit[0]}`;
}

/** Each origin in the form in which a browser sends it: scheme, host, and a port that is not the scheme's own. */
function readOrigin(text: string): Origin | undefined {
  if (text === 'same' || text === 'any') return text;
  const origins = text.split(',').map((part) => {
    if (!URL.canParse(part.trim())) return undefined;
    const { href, origin, protocol } = new URL(part.trim());
    return href === `${origin}/` && /^https?:$/.test(protocol) ? origin : undefined;
  });
  return origins.every((origin) => origin !== undefined) ? origins : undefined;
}

function readAddresses(text: string): readonly string[] | undefined {
  if (text === 'none') return [];
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.every(isNetwork) ? entries : undefined;
}

function readNumber(text: string): number | undefined {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function readNumbers(text: string): readonly number[] | undefined {
  const numbers = text.split(',').map((part) => readNumber(part.trim()));
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

function readShare(text: string): number | undefined {
  const share = text.endsWith('%') ? (readNumber(text.slice(0, -1)) ?? 101) / 100 : readNumber(text);
  return share !== undefined && share <= 1 ? share : undefined;
}

function isInfinity(text: string): boolean {
  return text.toLowerCase() === 'infinity';
}

function positive(value: number): number | undefined {
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
