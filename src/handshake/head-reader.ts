import { CLASS, COLON, CR, LF, latin1, latin1Bytes, SPACE, TOKEN, VALUE } from './characters.ts';
import { HandshakeError } from './errors.ts';
import { type HeaderFields, headerFields } from './fields.ts';
import { type HeadLimits, resolveHeadLimits } from './limits.ts';
import type { RequestErrorCode } from './request-errors.ts';

/** The first line of a head: reads it byte by byte, then makes the head of it and the fields. */
export interface StartLine<Head> {
  /** Pairs of start and end offset of the parts of the line read so far. */
  readonly offsets: readonly number[];
  /** The code of a line over its limit. */
  readonly tooLong: RequestErrorCode;
  /** Takes the byte at offset `at`; neither CR nor LF. Throws HandshakeError. */
  read(byte: number, at: number): void;
  /** The line ends before offset `at`. Throws HandshakeError when parts are missing. */
  end(at: number): void;
  /** The head, from its text and the fields. Throws HandshakeError. */
  complete(text: string, fields: HeaderFields): Head;
}

/** Where the parts of a head lie in its bytes: pairs of start and end offset. */
export interface HeadOffsets {
  /** Method, target and version of a request; version, status and reason of a response. */
  readonly line: readonly number[];
  /** Name and value of each field, without the white space around the value: four numbers a field. */
  readonly fields: readonly number[];
}

// What the next byte must be, or belong to.
const BEFORE = 0;
const BEFORE_LF = 1;
const LINE = 2;
const LINE_LF = 3;
const FIELD = 4;
const NAME = 5;
const VALUE_START = 6;
const VALUE_REST = 7;
const VALUE_LF = 8;
const END_LF = 9;

// Of all readers, while they take a chunk: memory of its own would cost a head that comes whole more than its reading.
const SCRATCH = new Uint8Array(512);

/** Reads one head from a stream, in any pieces. Every byte is looked at once, so the cost is linear however it is cut. */
export class HeadReader<Head> {
  readonly #line: StartLine<Head>;
  readonly #limits: HeadLimits;
  #blankLines: number;
  #state = BEFORE;
  #raw = SCRATCH;
  #text = '';
  #length = 0;
  #lineStart = 0;
  #offsets: number[] = [];
  #head: Head | undefined = undefined;
  #error: HandshakeError | undefined = undefined;

  constructor(line: StartLine<Head>, limits: Partial<HeadLimits> | undefined, blankLines: number) {
    this.#line = line;
    this.#limits = resolveHeadLimits(limits);
    this.#blankLines = blankLines;
  }

  /** The head, once its last byte was taken. */
  get head(): Head | undefined {
    return this.#head;
  }

  /** The raw bytes taken so far, the byte of an error included. A view: valid until the next `push`. */
  get bytes(): Uint8Array {
    return this.#text === '' ? this.#raw.subarray(0, this.#length) : latin1Bytes(this.#text);
  }

  /** Where the parts read so far lie in {@link bytes}. */
  get offsets(): HeadOffsets {
    return { line: this.#line.offsets, fields: this.#offsets };
  }

  /**
   * Takes bytes up to the end of the head and copies them; what follows the head is left to the caller.
   * @returns how many bytes were taken; 0 once the head is complete
   * @throws HandshakeError at the first byte that breaks a rule, and again on every later call
   */
  push(chunk: Uint8Array): number {
    if (this.#error !== undefined) throw this.#error;
    try {
      return this.#read(chunk);
    } catch (error) {
      this.#error = error as HandshakeError;
      throw error;
    } finally {
      if (this.#raw === SCRATCH && this.#text === '') this.#grow(SCRATCH.length);
    }
  }

  #read(chunk: Uint8Array): number {
    let taken = 0;
    let dull = this.#dull();
    while (taken < chunk.length && this.#text === '') {
      const byte = chunk[taken++]!;
      if (this.#length >= this.#limits.headBytes) throw new HandshakeError('head-too-large');
      const at = this.#length++;
      if (at === this.#raw.length) this.#grow(at * 2);
      this.#raw[at] = byte;
      if ((CLASS[byte]! & dull) !== 0) continue;
      this.#take(byte, at);
      dull = this.#dull();
    }
    return taken;
  }

  /** The classes of bytes that change nothing here, which most of a head are. */
  #dull(): number {
    return this.#state === NAME ? TOKEN : this.#state === VALUE_REST ? VALUE : 0;
  }

  #take(byte: number, at: number): void {
    switch (this.#state) {
      case BEFORE:
        this.#startLine(byte, at);
        break;
      case LINE:
        this.#readLine(byte, at);
        break;
      case FIELD:
        this.#startField(byte, at);
        break;
      case NAME:
        this.#readName(byte, at);
        break;
      case VALUE_START:
      case VALUE_REST:
        this.#readValue(byte, at);
        break;
      default:
        this.#endLine(byte);
    }
  }

  #startLine(byte: number, at: number): void {
    if (byte === CR) {
      if (this.#blankLines-- === 0) throw new HandshakeError('blank-lines');
      this.#state = BEFORE_LF;
      return;
    }
    this.#lineStart = at;
    this.#state = LINE;
    this.#readLine(byte, at);
  }

  #readLine(byte: number, at: number): void {
    if (byte === CR) {
      this.#line.end(at);
      this.#state = LINE_LF;
      return;
    }
    if (at - this.#lineStart >= this.#limits.requestLineBytes) throw new HandshakeError(this.#line.tooLong);
    if (byte === LF) throw new HandshakeError('bare-lf');
    this.#line.read(byte, at);
  }

  #startField(byte: number, at: number): void {
    if (byte === CR) {
      this.#state = END_LF;
      return;
    }
    if ((CLASS[byte]! & SPACE) !== 0)
      throw new HandshakeError(this.#offsets.length === 0 ? 'leading-space' : 'obs-fold');
    if ((CLASS[byte]! & TOKEN) === 0) throw new HandshakeError(unexpected(byte, 'field-name'));
    if (this.#offsets.length >= 4 * this.#limits.headers) throw new HandshakeError('too-many-fields');
    this.#offsets.push(at);
    this.#state = NAME;
  }

  #readName(byte: number, at: number): void {
    if (byte !== COLON) throw new HandshakeError(unexpected(byte, 'field-name'));
    this.#offsets.push(at);
    this.#state = VALUE_START;
  }

  #readValue(byte: number, at: number): void {
    if (byte === CR) {
      let end = at;
      if (this.#state === VALUE_START) this.#offsets.push(at);
      else while ((CLASS[this.#raw[end - 1]!]! & SPACE) !== 0) end--;
      this.#offsets.push(end);
      this.#state = VALUE_LF;
      return;
    }
    if ((CLASS[byte]! & SPACE) !== 0) return;
    if ((CLASS[byte]! & VALUE) === 0) throw new HandshakeError(unexpected(byte, 'field-value'));
    this.#offsets.push(at);
    this.#state = VALUE_REST;
  }

  #endLine(byte: number): void {
    if (byte !== LF) throw new HandshakeError('bare-cr');
    if (this.#state === BEFORE_LF) this.#state = BEFORE;
    else if (this.#state === END_LF) this.#complete();
    else this.#state = FIELD;
  }

  #complete(): void {
    const at = this.#offsets;
    const text = latin1(this.#raw, 0, this.#length);
    this.#text = text;
    const fields: string[] = [];
    for (let i = 0; i < at.length; i += 2) fields.push(text.slice(at[i], at[i + 1]));
    this.#head = this.#line.complete(text, headerFields(fields));
  }

  #grow(size: number): void {
    const raw = new Uint8Array(size);
    raw.set(this.#raw.subarray(0, this.#length));
    this.#raw = raw;
  }
}

function unexpected(byte: number, code: RequestErrorCode): RequestErrorCode {
  return byte === LF ? 'bare-lf' : code;
}
