import {
  checkUpgradeResponse,
  decideUpgrade,
  HANDSHAKE_ERRORS,
  HandshakeError,
  type HeaderFields,
  type RequestHead,
  RequestHeadReader,
  type ResponseHead,
  ResponseHeadReader,
} from '../../../src/handshake/index.ts';
import { Dice } from '../../support/dice.ts';
import { cutAtRandom, toHex } from '../../support/wire.ts';
import { compareHeads } from '../head-differences.ts';
import { HEAD_WORDS, OFFER, requestHead, responseHead } from '../heads.ts';
import { judgeRequest, judgeResponse } from '../node-http.ts';
import { must, mustEqual, type Target, type Watch } from '../target.ts';

interface Reader<Head> {
  push(chunk: Uint8Array): number;
  readonly head: Head | undefined;
  readonly bytes: Uint8Array;
}

/** What became of a head. */
interface Read<Head> {
  readonly code: string | undefined;
  readonly head: Head | undefined;
  readonly taken: number;
}

/** Heads of requests: read the same however they are cut, and never taken when `node:http` refuses them. */
export const requestHeadTarget: Target = {
  name: 'request-head',
  share: 6,
  dictionary: HEAD_WORDS,
  generate: (dice) => new Uint8Array(Buffer.from(requestHead(dice), 'latin1')),
  run(input, watch) {
    const { code, head } = readEveryWay(() => new RequestHeadReader(), input, watch);
    const line = head === undefined ? '' : `${head.method} ${head.target} ${head.version}`;
    const verdict = decide(head);
    watch.count(code ?? (head === undefined ? 'incomplete' : verdict));
    const difference = compareHeads({ code, line, fields: fieldsOf(head), verdict }, judgeRequest(input));
    if (difference !== undefined) watch.count(`node:${difference}`);
  },
};

/** The same for heads of responses. */
export const responseHeadTarget: Target = {
  name: 'response-head',
  share: 4,
  dictionary: HEAD_WORDS,
  generate: (dice) => new Uint8Array(Buffer.from(responseHead(dice), 'latin1')),
  async run(input, watch) {
    const { code, head } = readEveryWay(() => new ResponseHeadReader(), input, watch);
    const line = head === undefined ? '' : `${head.version} ${head.status} ${head.reason}`;
    const verdict = head === undefined ? 'none' : (codeOf(() => checkUpgradeResponse(head, OFFER)) ?? 'upgrade');
    watch.count(code ?? (head === undefined ? 'incomplete' : verdict));
    const ours = { code, line, fields: fieldsOf(head), verdict };
    const difference = compareHeads(ours, await judgeResponse(input));
    if (difference !== undefined) watch.count(`node:${difference}`);
  },
};

function decide(head: RequestHead | undefined): string {
  if (head === undefined) return 'none';
  const decision = decideUpgrade(head, { origin: 'same', secure: false });
  return decision.kind === 'reject' ? decision.error.code : decision.kind;
}

function fieldsOf(head: { readonly headers: HeaderFields } | undefined): [string, string][] {
  return head === undefined ? [] : [...head.headers];
}

function readEveryWay<Head extends RequestHead | ResponseHead>(
  create: () => Reader<Head>,
  input: Uint8Array,
  watch: Watch,
): Read<Head> {
  const whole = read(create(), [input], watch);
  const dice = new Dice(input.length);
  const cuts = [
    cutAtRandom(input, () => dice.unit()),
    input.length < 300 ? Array.from(input, (byte) => Uint8Array.of(byte)) : [],
  ];
  for (const chunks of cuts) {
    if (chunks.length === 0) continue;
    const pieces = read(create(), chunks, watch);
    mustEqual(pieces.code, whole.code, 'the refusal depends on the cut');
    mustEqual([...fieldsOf(pieces.head)], [...fieldsOf(whole.head)], 'the fields depend on the cut');
    if (whole.code === undefined) mustEqual(pieces.taken, whole.taken, 'what is taken depends on the cut');
  }
  return whole;
}

function read<Head>(reader: Reader<Head>, chunks: readonly Uint8Array[], watch: Watch): Read<Head> {
  let taken = 0;
  const code = codeOf(() => {
    for (const chunk of chunks) taken += watch.step(chunk.length, () => reader.push(chunk));
  });
  if (code === undefined) mustEqual(reader.bytes.length, taken, 'bytes kept');
  else
    mustEqual(
      codeOf(() => reader.push(Uint8Array.of(71))),
      code,
      'the refusal stays',
    );
  must(
    taken === 0 ||
      toHex(reader.bytes.subarray(0, 1)) ===
        toHex(chunks.find((chunk) => chunk.length > 0)?.subarray(0, 1) ?? new Uint8Array(0)),
    'the first byte kept',
  );
  return { code, head: reader.head, taken };
}

/** The documented refusal that the call throws, if it throws one. */
function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (!(error instanceof HandshakeError) || !(error.code in HANDSHAKE_ERRORS)) throw error;
    return error.code;
  }
}
