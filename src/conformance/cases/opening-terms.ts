import { join, latin1 } from '../bytes.ts';
import { text } from '../frame.ts';
import { fieldValue, type Head, headBytes, statusOf, withStartLine } from '../head.ts';
import type { ConformanceCase, Conversation, HeadPiece, Opening, OpeningOutcome, Step } from '../model.ts';
import { closes, conversation, defineCases, echoText, send } from '../steps.ts';
import type { Behavior } from '../verdict.ts';

/** The codes of all errors (RFC 9110 §15.5, §15.6). */
const ERRORS: readonly number[] = Array.from({ length: 200 }, (_, i) => 400 + i);
/** Every final answer: a request that asks for no WebSocket may be one for a page. */
export const NOT_UPGRADED: readonly number[] = Array.from({ length: 400 }, (_, i) => 200 + i);

/** A head in other words than usual. */
export type Rewrite = (usual: Head, received: Head | undefined) => Head | Uint8Array | readonly HeadPiece[];

/** A case of the group H, in one line: its number, what it asks for, where that is written, and the head that it sends. */
export type Row = readonly [
  number: string,
  title: string,
  sections: string,
  rewrite: Rewrite | Readonly<Record<string, Rewrite>>,
  options?: RowOptions,
];

/** What of a row differs from the others of its table. */
export interface RowOptions {
  /** The verdict when the testee does the opposite. */
  readonly otherwise?: Behavior;
  readonly statuses?: readonly number[];
  readonly silently?: boolean;
  readonly ends?: boolean;
  readonly informational?: boolean;
  readonly check?: (head: Head) => string | undefined;
}

/** What each opened connection is used for. */
function usable(): Step[] {
  return [send(text('open')), echoText('open'), ...closes()];
}

/** Cases for heads that a testee must accept. */
export function accepted(testee: 'server' | 'client', rows: readonly Row[]): ConformanceCase[] {
  return rows.map((row) =>
    caseOf(testee, row, ({ otherwise, check }) => ({ kind: 'opens', ...given({ otherwise, check }) })),
  );
}

/** Cases for heads that a testee must refuse: a server by an error, unless a row says otherwise, a client by ending TCP. */
export function refused(testee: 'server' | 'client', rows: readonly Row[], usual: RowOptions = {}): ConformanceCase[] {
  return rows.map(([number, title, sections, rewrite, options]) =>
    caseOf(testee, [number, title, sections, rewrite, { ...usual, ...options }], (all) => {
      const { statuses = ERRORS, silently = false, ends = false, otherwise = 'FAILED', check } = all;
      const whole = testee === 'client' ? undefined : (head: Head) => refusalFlaw(head) ?? check?.(head);
      return { kind: 'refuses', statuses, silently, ends, otherwise, ...given({ check: whole }) };
    }),
  );
}

/** Cases for heads that a testee may accept or refuse; it must do one of them. */
export function eitherWay(testee: 'server' | 'client', rows: readonly Row[]): ConformanceCase[] {
  return rows.map((row) =>
    caseOf(testee, row, ({ statuses = ERRORS, check }) => ({ kind: 'either', statuses, ...given({ check }) })),
  );
}

/** The text of a head, changed as text, for what is no head any more. */
export function asText(change: (text: string) => string): Rewrite {
  return (usual) => latin1(change(Array.from(headBytes(usual), (byte) => String.fromCharCode(byte)).join('')));
}

/** The usual head with one more line of text behind the start line. */
export function withLine(line: string): Rewrite {
  return asText((head) => head.replace('\r\n', () => `\r\n${line}\r\n`));
}

/** The usual head with its fields written in other ways. */
export function linesOf(line: (name: string, value: string) => string): Rewrite {
  return ({ startLine, fields }) =>
    latin1([startLine, ...fields.map(([name, value]) => line(name, value)), '', ''].join('\r\n'));
}

/** One rewriting for each value, by the name of the value. */
export function forEach<Value>(values: readonly Value[], rewrite: (value: Value) => Rewrite): Record<string, Rewrite> {
  return Object.fromEntries(values.map((value) => [JSON.stringify(value), rewrite(value)]));
}

/** The usual request with another target, made of the usual one. */
export function withTarget(change: (target: string, usual: Head) => string): (usual: Head) => Head {
  return (usual) => withStartLine(usual, `GET ${change(targetOf(usual), usual)} HTTP/1.1`);
}

/** The request target of a request line. */
export function targetOf({ startLine }: Head): string {
  return startLine.split(' ')[1] ?? '/';
}

/** What a refusal must carry by its status, in words (RFC 9110 §15.5.2, §15.5.6, §15.5.22). */
function refusalFlaw(head: Head): string | undefined {
  const needed = new Map([
    [401, 'WWW-Authenticate'],
    [405, 'Allow'],
    [426, 'Upgrade'],
  ]).get(statusOf(head) ?? 0);
  if (needed === undefined || fieldValue(head, needed) !== undefined) return undefined;
  return `a response with status ${statusOf(head)} has no ${needed}`;
}

function caseOf(
  testee: 'server' | 'client',
  [number, title, sections, rewrite, options = {}]: Row,
  outcomeOf: (options: RowOptions) => OpeningOutcome,
): ConformanceCase {
  const outcome = outcomeOf(options);
  const rewrites = typeof rewrite === 'function' ? [['', rewrite] as const] : Object.entries(rewrite);
  const conversations = rewrites.map(([name, one]): Conversation => {
    const opening: Opening = { head: (usual, received) => piecesOf(one(usual, received)), outcome };
    return conversation(usable, { name, opening });
  });
  return defineCases(number, title, sections.split(', '), conversations, {
    testees: [testee],
    informational: options.informational ?? false,
  });
}

function piecesOf(head: Head | Uint8Array | readonly HeadPiece[]): readonly HeadPiece[] {
  if (head instanceof Uint8Array) return [head];
  return 'startLine' in head ? [headBytes(head)] : head;
}

/** The options that are there, for types that know no undefined. */
function given<Options extends object>(options: Options): { [Name in keyof Options]?: NonNullable<Options[Name]> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Options]?: NonNullable<Options[Name]> };
}

/** Heads or bytes in one write. */
export function together(...parts: readonly (Head | Uint8Array)[]): Uint8Array {
  return join(...parts.map((part) => (part instanceof Uint8Array ? part : headBytes(part))));
}
