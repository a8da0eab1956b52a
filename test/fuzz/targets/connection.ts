import {
  checkDeflateResponse,
  checkUpgradeResponse,
  decideUpgrade,
  type ExtensionOffer,
  encodeAcceptResponse,
  HandshakeError,
  parseResponseHead,
  RequestHeadReader,
  ResponseHeadReader,
} from '../../../src/handshake/index.ts';
import { answerDeflate, PermessageDeflate } from '../../../src/node/deflate.ts';
import { resolveDeflate } from '../../../src/node/deflate-options.ts';
import type { Extension } from '../../../src/protocol/index.ts';
import { Dice } from '../../support/dice.ts';
import { concat, type Role } from '../../support/wire.ts';
import { converse, heard, joinParts, type Settings } from '../conversation.ts';
import { cutHereAndThere } from '../cut.ts';
import { compareHeard } from '../differences.ts';
import { conversation, type LooseFrame, mutateFrames, writeLoose } from '../frames.ts';
import { HEAD_WORDS, OFFER, validRequest, validResponse } from '../heads.ts';
import { mutateBytes } from '../mutate.ts';
import { hearWithWs } from '../peer-receiver.ts';
import { probeExtension } from '../probe-extension.ts';
import { must, mustEqual, type Target, type Watch } from '../target.ts';

/** An input is four bytes of settings, then a head, then frames. */
const SETTINGS_BYTES = 4;

const TEXT_AS_BYTES = 1;
const BORROW = 2;
const OWNS_INPUT = 4;
const IN_PARTS = 8;
const TIGHT = 16;
const STOPS = 32;
const DEFLATE = 64;
const PROBE = 128;

const DEFLATE_SETTINGS = resolveDeflate({ threshold: 0, serverNoContextTakeover: false });

/** What the head agreed on. */
interface Opening {
  /** How many bytes the head took. */
  readonly taken: number;
  /** Extensions by name, fresh for each connection. */
  readonly extensions: () => readonly Extension[];
}

/** The whole way of a connection: a head, then frames, for one role. */
export function connectionTarget(role: Role): Target {
  const head = role === 'server' ? validRequest : validResponse;
  return {
    name: `connection-${role}`,
    share: 32,
    dictionary: HEAD_WORDS,

    generate(dice) {
      const flags = dice.chance(0.4) ? 0 : dice.below(256);
      const actions = dice.chance(0.2) ? dice.between(1, 255) : 0;
      const settings = Uint8Array.of(flags, dice.below(256), actions, 0);
      const extensions = (flags & PROBE) !== 0 ? 'probe' : (flags & DEFLATE) !== 0 ? 'permessage-deflate' : undefined;
      const frames = conversation(dice, role).map((frame) => decorate(frame, flags, dice));
      const bytes = concat(settings, Buffer.from(head(dice, extensions), 'latin1'), ...frames.map(writeLoose));
      return dice.chance(0.1) ? bytes.slice(0, dice.below(bytes.length)) : bytes;
    },

    mutate(input, dice) {
      const start = SETTINGS_BYTES + headBytes(input.subarray(SETTINGS_BYTES));
      const frames = input.subarray(start);
      const choice = dice.below(20);
      if (choice === 0) return concat(mutateBytes(input.subarray(0, start), dice), frames);
      if (choice === 1)
        return concat(mutateBytes(input.subarray(0, SETTINGS_BYTES), dice), input.subarray(SETTINGS_BYTES));
      if (choice < 5) return concat(input.subarray(0, start), mutateBytes(frames, dice));
      return concat(input.subarray(0, start), mutateFrames(frames, dice, role));
    },

    run(input, watch) {
      if (input.length < SETTINGS_BYTES) return;
      const [flags = 0, cut = 0, actions = 0] = input;
      const stream = input.subarray(SETTINGS_BYTES);
      const opening = open(role, stream, watch);
      if (opening === undefined) return;
      watch.opened();
      talk(role, stream.subarray(opening.taken), flags, cut, actions, opening, watch);
    },
  };
}

/** With an extension some frames use what it claims. */
function decorate(frame: LooseFrame, flags: number, dice: Dice): LooseFrame {
  if (dice.chance(0.5) || frame.rsv !== 0) return frame;
  if ((flags & PROBE) !== 0) {
    if (dice.chance(0.3) && frame.opcode === 2) return { ...frame, opcode: 3 };
    if (dice.chance(0.3) && frame.opcode === 9) return { ...frame, opcode: 11 };
    return { ...frame, rsv: frame.opcode === 1 || frame.opcode === 2 ? 1 : 2 };
  }
  if ((flags & DEFLATE) === 0 || (frame.opcode !== 1 && frame.opcode !== 2)) return frame;
  return compressed(frame);
}

function compressed(frame: LooseFrame): LooseFrame {
  const agreement = {
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    serverMaxWindowBits: 12,
    clientMaxWindowBits: 12,
  };
  must(DEFLATE_SETTINGS !== undefined, 'there are settings');
  const extension = new PermessageDeflate('client', agreement, DEFLATE_SETTINGS);
  const encoded = extension.encode({ opcode: frame.opcode, payload: frame.payload, compress: true });
  extension.close();
  must(!(encoded instanceof Promise), 'a small message is compressed at once');
  if (encoded === undefined || encoded.payload.length > 125) return { ...frame, rsv: 4 };
  return { ...frame, rsv: encoded.rsv, payload: encoded.payload, lengthBits: 7 };
}

function headBytes(stream: Uint8Array): number {
  const end = Buffer.from(stream.buffer, stream.byteOffset, stream.length).indexOf('\r\n\r\n');
  return end < 0 ? stream.length : end + 4;
}

const MOST_OPENINGS = 20_000;

/** What heads led to that opened a connection: most inputs differ in their frames alone. */
const openings = new Map<string, Opening>();

function open(role: Role, stream: Uint8Array, watch: Watch): Opening | undefined {
  const head = Buffer.from(stream.buffer, stream.byteOffset, headBytes(stream)).toString('latin1');
  // One input in sixteen goes the whole way.
  const known = stream.length % 16 === 0 ? undefined : openings.get(head);
  if (known !== undefined) return known;
  try {
    const opening = role === 'server' ? openServer(stream, watch) : openClient(stream, watch);
    if (openings.size === MOST_OPENINGS) openings.clear();
    if (opening !== undefined) openings.set(head, opening);
    return opening;
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    watch.count(`head:${error.code}`);
    return undefined;
  }
}

function openServer(stream: Uint8Array, watch: Watch): Opening | undefined {
  const reader = new RequestHeadReader();
  const taken = watch.step(stream.length, () => reader.push(stream));
  if (reader.head === undefined) return undefined;
  const decision = decideUpgrade(reader.head, { origin: 'same', secure: false });
  if (decision.kind !== 'upgrade') {
    watch.count(decision.kind === 'reject' ? `head:${decision.error.code}` : 'head:fallback');
    return undefined;
  }
  const { accept, extensions: offers, protocols } = decision.request;
  const answer = DEFLATE_SETTINGS && answerDeflate(offers, DEFLATE_SETTINGS);
  mustAnswer(accept, answer?.response, protocols[0]);
  return { taken, extensions: () => [...deflate('server', answer?.agreement), ...probe(offers)] };
}

function mustAnswer(accept: string, extension: ExtensionOffer | undefined, protocol: string | undefined): void {
  const extensions = extension === undefined ? [] : [extension];
  const response = encodeAcceptResponse({ accept, extensions, ...(protocol === undefined ? {} : { protocol }) });
  mustEqual(parseResponseHead(response).headers.get('sec-websocket-accept'), accept, 'the response does not read back');
}

function openClient(stream: Uint8Array, watch: Watch): Opening | undefined {
  const reader = new ResponseHeadReader();
  const taken = watch.step(stream.length, () => reader.push(stream));
  if (reader.head === undefined) return undefined;
  const { extensions } = checkUpgradeResponse(reader.head, OFFER);
  const element = extensions.find(({ name }) => name === 'permessage-deflate');
  const agreement = element === undefined ? undefined : checkDeflateResponse(element, OFFER.extensions);
  return { taken, extensions: () => [...deflate('client', agreement), ...probe(extensions)] };
}

function deflate(role: Role, agreement: ReturnType<typeof checkDeflateResponse> | undefined): readonly Extension[] {
  if (agreement === undefined || DEFLATE_SETTINGS === undefined) return [];
  return [new PermessageDeflate(role, agreement, DEFLATE_SETTINGS)];
}

function probe(agreed: readonly ExtensionOffer[]): readonly Extension[] {
  return agreed.some(({ name }) => name === 'probe') ? [probeExtension()] : [];
}

function talk(
  role: Role,
  frames: Uint8Array,
  flags: number,
  cut: number,
  actions: number,
  { extensions }: Opening,
  watch: Watch,
): void {
  const settings: Settings = {
    textAs: (flags & TEXT_AS_BYTES) !== 0 ? 'bytes' : 'string',
    borrow: (flags & BORROW) !== 0,
    ownsInput: (flags & OWNS_INPUT) !== 0,
    inParts: (flags & IN_PARTS) !== 0,
    tight: (flags & TIGHT) !== 0,
    stops: (flags & STOPS) !== 0,
    actions,
    extensions,
  };
  const chunks = cutHereAndThere(frames, new Dice(cut));
  const told = converse(role, chunks, settings, watch);
  watch.count(told.code ?? (told.ended.clean ? 'closed' : 'open-to-the-end'));
  // One conversation in two is held again, whole.
  if (actions !== 0 || (cut & 1) === 1) return;
  const whole = converse(role, [frames], { ...settings, inParts: false, textAs: 'string', stops: false }, watch);
  mustEqual(told.code, whole.code, 'the violation depends on the cut');
  mustEqual(told.ended, whole.ended, 'the end depends on the cut');
  mustEqual(
    told.sent.filter((frame) => !frame.startsWith('10:')),
    whole.sent.filter((frame) => !frame.startsWith('10:')),
    'what is sent depends on the cut',
  );
  const events = joinParts(told.events);
  if (settings.textAs === 'string' || settings.inParts) mustEqual(events, whole.events, 'events depend on the cut');
  else mustEqual(events.length, whole.events.length, 'the number of events depends on the cut');
  if (extensions().length > 0 || settings.tight) return;
  const difference = compareHeard(heard(whole), whole.code, hearWithWs(role, frames, 1024 * 1024, 1024));
  if (difference !== undefined) watch.count(`ws:${difference}`);
}
