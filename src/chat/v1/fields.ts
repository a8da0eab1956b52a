import { Buffer } from 'node:buffer';
import type { ChatErrorCode } from '../errors.ts';
import { Refusal } from '../errors.ts';
import { CHAT_LIMITS } from '../limits.ts';
import { checkRoomName } from '../room-name.ts';
import type { FieldTypes } from './field-types.ts';

/** How a value of one kind is checked, and how the page about the protocol describes it. */
export interface FieldKind<Value> {
  /** What it is, for a reader of the tables; empty for a plain string. */
  readonly words: string;
  /** The value as it is to be used, or why it is refused. Never throws, whatever it is given. */
  read(value: unknown): Value | Refusal;
}

/**
 * The fields of a message: for each name the kind of its value, with a `?` behind it where the field may be missing.
 * Types ({@link FieldsOf}) and checks ({@link readFields}) are both made of it.
 */
export type Shape = Readonly<Record<string, keyof FieldTypes | `${keyof FieldTypes}?`>>;

type Needed<S extends Shape> = {
  readonly [Name in keyof S as S[Name] extends keyof FieldTypes ? Name : never]: FieldTypes[S[Name] & keyof FieldTypes];
};

type Optional<S extends Shape> = {
  readonly [Name in keyof S as S[Name] extends `${keyof FieldTypes}?` ? Name : never]?:
    | (S[Name] extends `${infer Kind extends keyof FieldTypes}?` ? FieldTypes[Kind] : never)
    | undefined;
};

/** The type of an object with the fields of a shape. */
export type FieldsOf<S extends Shape> = Needed<S> & Optional<S>;

/** What a kind of field is, and whether the field may be missing. */
export function kindOf(spec: Shape[string]): { readonly kind: keyof FieldTypes; readonly optional: boolean } {
  return spec.endsWith('?')
    ? { kind: spec.slice(0, -1) as keyof FieldTypes, optional: true }
    : { kind: spec as keyof FieldTypes, optional: false };
}

/**
 * Reads the fields of a shape from an object of a stranger, and nothing else: what the shape does not name is left behind.
 *
 * Only own properties count. The result has no prototype. Never throws.
 */
export function readFields<S extends Shape>(
  shape: S,
  given: object,
  kinds: { readonly [Kind in keyof FieldTypes]: FieldKind<FieldTypes[Kind]> },
): FieldsOf<S> | Refusal {
  const read: Record<string, unknown> = Object.create(null);
  for (const [name, spec] of Object.entries(shape)) {
    const { kind, optional } = kindOf(spec);
    const value = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined;
    if (value === undefined) {
      if (!optional) return new Refusal('field-missing');
      continue;
    }
    const checked = kinds[kind].read(value);
    if (checked instanceof Refusal) return checked;
    read[name] = checked;
  }
  return read as FieldsOf<S>;
}

/** A string of at most `maxBytes` bytes of UTF-8. */
export function text(maxBytes: number, words: string, code: ChatErrorCode = 'field-invalid'): FieldKind<string> {
  return {
    words,
    read: (value) => {
      if (typeof value !== 'string') return new Refusal('field-invalid');
      // No character takes less than one byte, and counting those of a long string takes time.
      if (value.length > maxBytes || Buffer.byteLength(value, 'utf8') > maxBytes) return new Refusal(code);
      return value;
    },
  };
}

/** A string that matches a pattern. */
export function pattern(expression: RegExp, words: string, code: ChatErrorCode = 'field-invalid'): FieldKind<string> {
  return {
    words,
    read: (value) => {
      if (typeof value !== 'string') return new Refusal('field-invalid');
      return expression.test(value) ? value : new Refusal(code);
    },
  };
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number, words: string): FieldKind<number> {
  return {
    words,
    read: (value) =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
        ? (value as number)
        : new Refusal('field-invalid'),
  };
}

/** One of some values. */
export function oneOf<const Value extends string | number | boolean>(
  values: readonly Value[],
  words: string,
): FieldKind<Value> {
  return { words, read: (value) => values.find((each) => each === value) ?? new Refusal('field-invalid') };
}

/** A list of at most `most` values, each as `readOne` wants it. */
export function list<Value>(
  most: number,
  words: string,
  readOne: (value: unknown) => Value | Refusal,
): FieldKind<readonly Value[]> {
  return {
    words,
    read: (value) => {
      if (!Array.isArray(value) || value.length > most) return new Refusal('field-invalid');
      const read: Value[] = [];
      for (const each of value) {
        const one = readOne(each);
        if (one instanceof Refusal) return one;
        read.push(one);
      }
      return read;
    },
  };
}

/** An object, no list, that is read by `read`. */
export function object<Value>(words: string, read: (value: object) => Value | Refusal): FieldKind<Value> {
  return {
    words,
    read: (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? read(value) : new Refusal('field-invalid'),
  };
}

/** Somebody's words: not empty, and no longer than the chat takes. */
export const WORDS: FieldKind<string> = {
  words: `1–${CHAT_LIMITS.textBytes} bytes`,
  read: (value) => {
    if (typeof value !== 'string') return new Refusal('field-invalid');
    if (value.length > CHAT_LIMITS.textBytes) return new Refusal('text-too-long');
    if (value.trim() === '') return new Refusal('empty-text');
    return Buffer.byteLength(value, 'utf8') > CHAT_LIMITS.textBytes ? new Refusal('text-too-long') : value;
  },
};

/** The name of a room. */
export const ROOM: FieldKind<string> = {
  words: '',
  read: (value) => (typeof value === 'string' ? checkRoomName(value) : new Refusal('field-invalid')),
};
