import {
  checkUpgradeResponse,
  decideUpgrade,
  encodeBase64,
  HandshakeError,
  type HeadOffsets,
  type RequestHead,
  RequestHeadReader,
  type ResponseHead,
  ResponseHeadReader,
  type SentOffer,
} from '../handshake/index.ts';
import { type CutHead, findCulprit } from './head-culprit.ts';
import { cutHead } from './head-pieces.ts';
import { describeBadByte, describePiece } from './head-spans.ts';
import type { InspectedPart } from './part.ts';
import { SpanWriter, toSpanViolation } from './span.ts';

/** What came of a head. */
export interface InspectedHead {
  readonly part: InspectedPart;
  /** Whether frames follow, as far as this head can tell. */
  readonly opens: boolean;
  /** Whether permessage-deflate was offered or agreed to. */
  readonly deflate: boolean;
}

interface Verdict {
  readonly opens: boolean;
  readonly note: string;
  readonly error?: HandshakeError;
}

/** Explains the request head at the start of `bytes`. */
export function inspectRequest(bytes: Uint8Array): InspectedHead {
  return inspectHead('request', bytes, () => new RequestHeadReader(), judgeRequest);
}

/**
 * Explains the response head at the start of `bytes`.
 * @param offer what the request said; without it, what depends on the request is not judged
 */
export function inspectResponse(bytes: Uint8Array, offer: SentOffer | undefined): InspectedHead {
  return inspectHead(
    'response',
    bytes,
    () => new ResponseHeadReader(),
    (head) => judgeResponse(head, offer),
  );
}

function judgeRequest(head: RequestHead): Verdict {
  const decision = decideUpgrade(head, { origin: 'any', secure: false });
  if (decision.kind === 'reject') {
    return { opens: false, note: refusalNote(decision.error), error: decision.error };
  }
  if (decision.kind === 'fallback') return { opens: false, note: 'plain HTTP: it has no Upgrade field' };
  return { opens: true, note: `opens a WebSocket when answered with Sec-WebSocket-Accept: ${decision.request.accept}` };
}

function refusalNote({ status }: HandshakeError): string {
  return status === 0 ? 'the client fails the connection' : `to be refused with status ${status}`;
}

const UNKNOWN_OFFER: SentOffer = { key: encodeBase64(new Uint8Array(16)), protocols: [], extensions: [] };

// The rules that cannot be judged without knowing the request.
const NEEDS_OFFER: readonly string[] = ['response-accept', 'response-protocol', 'response-extension'];

function judgeResponse(head: ResponseHead, offer: SentOffer | undefined): Verdict {
  try {
    checkUpgradeResponse(head, offer ?? UNKNOWN_OFFER);
    return { opens: true, note: 'opens the WebSocket: the answer fits the request' };
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    if (offer !== undefined || !NEEDS_OFFER.includes(error.code)) {
      return { opens: false, note: refusalNote(error), error };
    }
    return { opens: true, note: 'opens the WebSocket if the accept value fits the key of the request' };
  }
}

interface Reader<Head> {
  readonly head: Head | undefined;
  readonly offsets: HeadOffsets;
  push(chunk: Uint8Array): number;
}

function inspectHead<Head extends RequestHead | ResponseHead>(
  kind: 'request' | 'response',
  bytes: Uint8Array,
  createReader: () => Reader<Head>,
  judge: (head: Head) => Verdict,
): InspectedHead {
  const reader = createReader();
  const { taken, error } = readHead(reader, bytes);
  const { head } = reader;
  const verdict: Verdict = head === undefined ? { opens: false, note: '' } : judge(head);
  const isWhole = head !== undefined || (error !== undefined && ABOUT_WHOLE.includes(error.code));
  // The byte that broke a rule gets a span of its own; the pieces end before it.
  const end = isWhole || error === undefined ? taken : taken - 1;
  const pieces = cutHead(bytes, reader.offsets, end, isWhole);
  const broken = error ?? verdict.error;
  const cut: CutHead = { kind, bytes, pieces, read: (probe) => createReader().push(probe) };
  const culprit = isWhole && broken !== undefined ? findCulprit(broken, cut) : undefined;
  const spans = new SpanWriter(0);
  for (const piece of pieces) {
    const violation = piece === culprit && broken !== undefined ? toSpanViolation(broken) : undefined;
    spans.add((piece.end - piece.start) * 8, { ...describePiece(cut, piece), violation });
  }
  if (!isWhole && error !== undefined) spans.add(8, describeBadByte(bytes[end]!, toSpanViolation(error)));
  const part: InspectedPart = {
    kind,
    offset: 0,
    bytes: taken,
    title: kind === 'request' ? 'HTTP request' : 'HTTP response',
    note: error === undefined ? verdict.note : refusalNote(error),
    spans: spans.spans,
    payload: undefined,
    missing: isWhole || error !== undefined ? undefined : { bytes: missingFrom(bytes), note: MISSING_END },
  };
  const extensions = head?.headers.get('sec-websocket-extensions') ?? '';
  return { part, opens: verdict.opens, deflate: extensions.includes('permessage-deflate') };
}

/** The rules that only a complete head can break. */
const ABOUT_WHOLE: readonly string[] = ['duplicate-field', 'target-form'];

const MISSING_END = 'the blank line that ends the head is missing';

/** How many bytes of CR LF CR LF are not there yet. */
function missingFrom(bytes: Uint8Array): number {
  const end = String.fromCharCode(...bytes.subarray(-3));
  if (end.endsWith('\r\n\r')) return 1;
  if (end.endsWith('\r\n')) return 2;
  return end.endsWith('\r') ? 3 : 4;
}

/** Gives the reader one byte at a time, so that it is known which of them it refused. */
function readHead(
  reader: Reader<unknown>,
  bytes: Uint8Array,
): { readonly taken: number; readonly error: HandshakeError | undefined } {
  let taken = 0;
  try {
    while (taken < bytes.length && reader.head === undefined) reader.push(bytes.subarray(taken, ++taken));
    return { taken, error: undefined };
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    return { taken, error };
  }
}
