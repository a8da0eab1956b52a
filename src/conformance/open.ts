import { join } from './bytes.ts';
import { type Agreement, answerFor, offerFor } from './deflate-terms.ts';
import { FrameReader } from './frame-reader.ts';
import { fieldValue, type Head, headBytes, statusOf } from './head.ts';
import type { HeadPiece, Opening, OpeningOutcome, Setting, Testee } from './model.ts';
import { readResponse, requestFlaw, type ServerTarget, usualRequest, usualResponse } from './opening.ts';
import { Verdict } from './outcome.ts';
import type { Player } from './player.ts';
import { parseHead, type ReadHead, readHead } from './read-head.ts';
import type { Behavior } from './verdict.ts';

const OPENS: OpeningOutcome = { kind: 'opens' };
/** A server announces by responses of the 100s that the real one takes its time (RFC 9110 §15.2). */
const MOST_INTERIM = 16;

/** Opens a connection to a server; undefined when it refused, as it should or may. */
export async function openWithServer(
  opening: Opening,
  target: ServerTarget,
  player: Player,
): Promise<Setting | undefined> {
  const { outcome = OPENS, deflate: wishes, extensions } = opening;
  const request = usualRequest(target, extensions ?? (wishes === undefined ? '' : offerFor(wishes)));
  const pieces = opening.head?.(request, undefined) ?? [headBytes(request)];
  await writeHead(pieces, player);
  const answer = await readFinalHead(player);
  if (answer.kind !== 'head') {
    if (answer.kind === 'end' && mayBeSilent(outcome)) return undefined;
    throw failedOpening(answer.message, outcome, refusalVerdict(outcome));
  }
  const { head } = answer;
  const opened = statusOf(head) === 101;
  if (!opened) {
    await judgeRefusal(head, outcome, player);
    return undefined;
  }
  if (outcome.kind === 'refuses')
    throw new Verdict(outcome.otherwise, 'the server accepted the request', {
      expected: wanted(outcome),
      got: head.startLine,
    });
  const response = readResponse(head, sentHead(pieces) ?? request);
  if (typeof response === 'string') throw failedOpening(response, outcome);
  checkHead(head, outcome);
  if (wishes !== undefined && response.deflate === undefined) throw declined();
  return settingOf('server', response.deflate, answer.rest, player);
}

/** Opens a connection of a client, whose request was read before; undefined when it refused the response, as it should or may. */
export async function openWithClient(
  opening: Opening,
  { request, requestBytes }: { readonly request: Head; readonly requestBytes: Uint8Array },
  player: Player,
): Promise<Setting | undefined> {
  const { outcome = OPENS, deflate: wishes, extensions } = opening;
  player.outcome.wire.add('testee', 'head', requestBytes);
  const flaw = requestFlaw(request);
  if (flaw !== '') throw failedOpening(flaw, outcome);
  const granted = wishes === undefined ? undefined : answerFor(fieldValue(request, 'Sec-WebSocket-Extensions'), wishes);
  const response = usualResponse(request, extensions ?? granted?.field ?? '');
  await writeHead(opening.head?.(response, request) ?? [headBytes(response)], player);
  if (outcome.kind !== 'refuses') checkHead(request, outcome);
  const setting = settingOf('client', granted?.agreement, undefined, player);
  if (outcome.kind !== 'opens' && (await player.isRefused())) return undefined;
  if (outcome.kind === 'refuses')
    throw new Verdict(outcome.otherwise, 'the client accepted the response', { expected: 'the end of TCP' });
  if (wishes !== undefined && granted === undefined) throw declined();
  return setting;
}

/** The response behind those of the 100s that announce it. */
async function readFinalHead(player: Player): Promise<ReadHead> {
  const deadline = player.deadline();
  for (let interim = 0; ; interim++) {
    const answer = await readHead(player.link, player.outcome.wire, deadline);
    const status = answer.kind === 'head' ? statusOf(answer.head) : undefined;
    if (answer.kind !== 'head') return answer;
    if (status === undefined)
      return { kind: 'garbage', message: `no status line: ${JSON.stringify(answer.head.startLine.slice(0, 80))}` };
    if (status >= 200 || status === 101 || interim >= MOST_INTERIM) return answer;
    player.link.unread(answer.rest);
  }
}

async function writeHead(pieces: readonly HeadPiece[], player: Player): Promise<void> {
  const overAt = player.deadline(Number.POSITIVE_INFINITY);
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      player.outcome.wire.add('suite', 'head', piece);
      await player.link.write(piece, player.deadline());
    } else await player.link.rest(Math.min(piece.pauseMs, overAt - performance.now()));
    if (performance.now() >= overAt) return;
  }
}

/** The head that these pieces begin with; undefined when it is none. */
function sentHead(pieces: readonly HeadPiece[]): Head | undefined {
  const bytes = pieces.filter((piece) => piece instanceof Uint8Array);
  const [text = ''] = Buffer.from(join(...bytes))
    .toString('latin1')
    .split('\r\n\r\n');
  const head = parseHead(text);
  return typeof head === 'string' ? undefined : head;
}

async function judgeRefusal(head: Head, outcome: OpeningOutcome, player: Player): Promise<void> {
  const status = statusOf(head) ?? 0;
  if (outcome.kind === 'opens' || !outcome.statuses.includes(status))
    throw new Verdict(
      refusalVerdict(outcome),
      outcome.kind === 'opens' ? 'the server refused the request' : 'the server refused with another status',
      {
        expected: wanted(outcome),
        got: head.startLine,
      },
    );
  checkHead(head, outcome);
  if (outcome.kind === 'either' || !outcome.ends) return;
  if (!(await player.link.ended(player.deadline())))
    throw new Verdict('FAILED', 'the server keeps the connection open behind its refusal', {
      expected: 'the end of TCP',
    });
}

function checkHead(head: Head, { check }: OpeningOutcome): void {
  const flaw = check?.(head);
  if (flaw !== undefined) throw new Verdict('FAILED', flaw, { got: head.startLine });
}

function settingOf(
  testee: Testee,
  deflate: Agreement | undefined,
  received: Uint8Array | undefined,
  player: Player,
): Setting {
  const { link, outcome } = player;
  outcome.deflate = deflate !== undefined;
  const reader = new FrameReader({ testee, deflate, wire: outcome.wire, deliver: link.deliver });
  if (received !== undefined) link.unread(received);
  link.reader = (chunk) => reader.push(chunk);
  return { testee, masks: testee === 'server', deflate };
}

function mayBeSilent(outcome: OpeningOutcome): boolean {
  return outcome.kind === 'either' || (outcome.kind === 'refuses' && outcome.silently);
}

/** What it means that a server refuses with a status that the outcome does not name. */
function refusalVerdict(outcome: OpeningOutcome): Behavior {
  return outcome.kind === 'opens' ? (outcome.otherwise ?? 'FAILED') : 'FAILED';
}

function failedOpening(got: string, outcome: OpeningOutcome, behavior: Behavior = 'FAILED'): Verdict {
  return new Verdict(behavior, 'the opening handshake failed', {
    expected: wanted(outcome),
    got,
    section: 'RFC 6455 §4',
  });
}

function declined(): Verdict {
  return new Verdict('UNIMPLEMENTED', 'permessage-deflate was not agreed on', { close: 'UNIMPLEMENTED' });
}

function wanted(outcome: OpeningOutcome): string {
  if (outcome.kind === 'opens') return 'an opened connection';
  const statuses = outcome.statuses.length === 0 ? 'an end of TCP' : statusesInWords(outcome.statuses);
  return outcome.kind === 'either' ? `an opened connection, or ${statuses}` : statuses;
}

function statusesInWords(statuses: readonly number[]): string {
  const [first, last] = [statuses[0], statuses.at(-1)];
  return statuses.length > 10 ? `a status from ${first} to ${last}` : `the status ${statuses.join(' or ')}`;
}
