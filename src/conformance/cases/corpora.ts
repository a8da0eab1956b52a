import { join, utf8 } from '../bytes.ts';

/** What compressed messages are cut from, made anew by rule: of the kinds and sizes that people compress. */
export interface Corpus {
  readonly name: string;
  readonly isText: boolean;
  /** The message of so many characters or octets from a place on, round the end. */
  cut(at: number, length: number): Uint8Array;
}

/** Numbers from 0 to 2^32 that look like chance and are the same every time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield (state ^ (state >>> 15)) >>> 0;
  }
}

const WORDS =
  'open close frame mask ping pong text binary server client message fragment length payload opcode größer naïve señal ключ λόγος 波'.split(
    ' ',
  );

function* words(seed: number): Generator<string, never> {
  for (const number of numbers(seed)) yield WORDS[(number >>> 8) % WORDS.length] ?? '';
  throw new Error('numbers never end');
}

/** Texts from a generator until there are so many characters. */
function gather(characters: number, next: () => string): string {
  let text = '';
  while (text.length < characters) text += next();
  return text.slice(0, characters);
}

/** Measurements as an interface gives them out: the same names over and over, and values that are often the same. */
function jsonText(): string {
  const number = numbers(1);
  const word = words(2);
  let id = 0;
  return gather(194_056, () => {
    const value = number.next().value >>> 8;
    const station = `{"identifier":${id++},"kind":"measurement","station":{"name":"${word.next().value}","country":"Österreich"},`;
    return `${station}"temperature":{"value":${value % 40},"unit":"degrees"},"verified":${value % 3 > 0}},\n`;
  });
}

function prose(): string {
  const word = words(3);
  const number = numbers(4);
  return gather(222_218, () => {
    const count = 4 + ((number.next().value >>> 10) % 9);
    const sentence = Array.from({ length: count }, () => word.next().value).join(' ');
    return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.${number.next().value % 5 === 0 ? '\n\n' : ' '}`;
  });
}

function htmlText(): string {
  const word = words(5);
  const number = numbers(6);
  return gather(263_647, () => {
    const row = (number.next().value >>> 12) % 1_000;
    return `<tr class="row-${row % 7}"><td><a href="/items/${row}">${word.next().value}</a></td><td>${word.next().value} &amp; ${word.next().value}</td></tr>\n`;
  });
}

/** A grey picture: smooth shades, with noise in the lower third. */
function bitmap(): Uint8Array {
  const noise = numbers(7);
  return Uint8Array.from({ length: 263_222 }, (_, i) => {
    const [x, y] = [i % 512, Math.floor(i / 512)];
    const shade = 128 + 60 * Math.sin(x / 40) + 50 * Math.cos(Math.floor(y / 8) / 7);
    return shade + (y > 340 ? (noise.next().value >>> 16) % 8 : 0);
  });
}

/** Mostly what is compressed already, with a little text between. */
function packedDocument(): Uint8Array {
  const noise = numbers(8);
  const parts: Uint8Array[] = [];
  for (let left = 1_042_328; left > 0; ) {
    const head = utf8(`\n${parts.length} 0 obj << /Length 4000 /Filter /FlateDecode >> stream\n`);
    const part = join(
      head,
      Uint8Array.from({ length: 4_000 }, () => noise.next().value >>> 16),
    ).subarray(0, left);
    parts.push(part);
    left -= part.length;
  }
  return join(...parts);
}

function textCorpus(name: string, make: () => string): Corpus {
  const text = once(make);
  const cut = (at: number, length: number): Uint8Array => {
    const whole = text();
    const start = at % whole.length;
    return utf8(whole.slice(start, start + length) + whole.slice(0, Math.max(0, start + length - whole.length)));
  };
  return { name, isText: true, cut };
}

function binaryCorpus(name: string, make: () => Uint8Array): Corpus {
  const bytes = once(make);
  const cut = (at: number, length: number): Uint8Array => {
    const whole = bytes();
    const start = at % whole.length;
    return join(whole.subarray(start, start + length), whole.subarray(0, Math.max(0, start + length - whole.length)));
  };
  return { name, isText: false, cut };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** In the order of their numbers in group 12. Each is made when it is first used. */
export const CORPORA: readonly [json: Corpus, ...rest: Corpus[]] = [
  textCorpus('JSON', jsonText),
  binaryCorpus('a grey picture', bitmap),
  binaryCorpus('prose', () => utf8(prose())),
  textCorpus('HTML', htmlText),
  binaryCorpus('a packed document', packedDocument),
];
