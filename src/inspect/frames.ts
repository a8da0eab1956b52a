import { applyMask, copyBytes, isControlOpcode, Opcode, type ReservedBits, Utf8Validator } from '../codec/index.ts';
import {
  type BrokenHeader,
  type FoundHeader,
  findHeader,
  judgeHeader,
  opcodeName,
  writeHeaderSpans,
} from './frame-header.ts';
import { endsInsideCharacter, type PayloadFacts, writePayloadSpans, writeRefusedPayload } from './frame-payload.ts';
import { count, type InspectedPart, type MissingBytes, violationOf } from './part.ts';
import { SpanWriter } from './span.ts';

/** How frames are to be judged. */
export interface FrameInspectorOptions {
  /** The end that receives them: a server gets masked frames, a client unmasked ones. */
  readonly role: 'server' | 'client';
  /** Whether permessage-deflate was agreed, so that RSV1 may be set where RFC 7692 §6 permits it. Default false. */
  readonly deflate?: boolean;
}

const DEFLATE_BITS: ReservedBits = { start: 4, continuation: 0, control: 0 };

/** Explains frames one after the other and remembers what they are parts of. It changes none of their bytes. */
export class FrameInspector {
  readonly #role: 'server' | 'client';
  readonly #reservedBits: ReservedBits | undefined;
  readonly #utf8 = new Utf8Validator();
  #fragmented = false;
  #messageOpcode = 0;
  #compressed = false;
  #messageBytes = 0;
  #messageFrames = 0;
  #end: 'violation' | 'close' | undefined;

  constructor(options: FrameInspectorOptions) {
    this.#role = options.role;
    this.#reservedBits = options.deflate === true ? DEFLATE_BITS : undefined;
  }

  /** Why a receiver looks at nothing that follows: a rule was broken, or a close frame came. Undefined before that. */
  get end(): 'violation' | 'close' | undefined {
    return this.#end;
  }

  /**
   * Explains the frame that starts at `bytes[offset]`, as much of it as there is: at least one byte must be.
   * Its spans cover all its bytes. Call it with the offset behind it for the next one, until {@link end} is set.
   */
  inspect(bytes: Uint8Array, offset: number): InspectedPart {
    const found = findHeader(bytes, offset)!;
    const { header, available } = found;
    const broken = this.#judge(found);
    if (broken === undefined) this.#follow(found);
    const spans = new SpanWriter(offset * 8);
    const start = offset + available;
    // Where the length itself breaks a rule nobody can tell where the frame ends.
    const credible = available === header.size && broken?.field !== 'extended payload length';
    const end = credible ? Math.min(bytes.length, start + header.length) : start;
    const payload = copyBytes(bytes, start, end);
    applyMask(payload, header.maskKey);
    const facts: PayloadFacts = {
      opcode: header.opcode,
      messageOpcode: isControlOpcode(header.opcode) ? header.opcode : this.#messageOpcode,
      compressed: this.#compressed && !isControlOpcode(header.opcode),
      fin: header.fin,
      whole: available === header.size && payload.length === header.length,
      masked: header.masked,
      utf8: this.#utf8,
    };
    writeHeaderSpans(spans, bytes, offset, found, broken ?? endsInsideCharacter(payload, facts));
    if (broken === undefined) writePayloadSpans(spans, payload, facts);
    else writeRefusedPayload(spans, payload);
    const part: InspectedPart = {
      kind: 'frame',
      offset,
      bytes: end - offset,
      title: describe(found),
      note: broken === undefined ? this.#messageNote(found, payload.length) : '',
      spans: spans.spans,
      payload,
      missing: credible || available < header.size ? missingBytes(found, payload.length) : undefined,
    };
    if (violationOf(part) !== undefined) this.#end = 'violation';
    else if (header.opcode === Opcode.CLOSE && facts.whole) this.#end = 'close';
    return part;
  }

  #judge({ header, available }: FoundHeader): BrokenHeader | undefined {
    // A receiver judges from the second byte on; before it the mask bit is unknown.
    if (available < 2) return undefined;
    return judgeHeader(header, { role: this.#role, fragmented: this.#fragmented, reservedBits: this.#reservedBits });
  }

  #follow({ header, available }: FoundHeader): void {
    if (isControlOpcode(header.opcode) || available < 2) return;
    if (header.opcode !== Opcode.CONTINUATION) {
      this.#messageOpcode = header.opcode;
      this.#compressed = header.rsv !== 0;
      this.#messageBytes = 0;
      this.#messageFrames = 0;
    }
    this.#fragmented = !header.fin;
    this.#messageFrames++;
    this.#messageBytes += Math.max(0, header.length);
  }

  #messageNote({ header, available }: FoundHeader, payloadBytes: number): string {
    if (isControlOpcode(header.opcode)) {
      return this.#fragmented ? `stands between the fragments of a ${opcodeName(this.#messageOpcode)} message` : '';
    }
    if (available < header.size || payloadBytes < header.length) return '';
    const kind = `${this.#compressed ? 'compressed ' : ''}${opcodeName(this.#messageOpcode)} message`;
    const fragments = count(this.#messageFrames, 'fragment');
    if (!header.fin) return `fragment ${this.#messageFrames} of a ${kind}`;
    if (this.#messageFrames === 1) return '';
    return `completes a ${kind} of ${fragments}, ${count(this.#messageBytes, 'byte')} in all`;
  }
}

function describe({ header, available }: FoundHeader): string {
  if (available < 2) return `${opcodeName(header.opcode)}, cut off`;
  const length = header.length < 0 ? 'length cut off' : count(header.length, 'byte');
  const kind = opcodeName(header.opcode);
  return `${kind}${header.fin ? '' : ' fragment'}, ${length}, ${header.masked ? 'masked' : 'not masked'}`;
}

function missingBytes({ header, available }: FoundHeader, payloadBytes: number): MissingBytes | undefined {
  if (available < header.size) {
    const bytes = header.size - available;
    return { bytes, note: `${count(bytes, 'byte')} of the header ${bytes === 1 ? 'is' : 'are'} missing` };
  }
  const bytes = header.length - payloadBytes;
  if (bytes === 0) return undefined;
  return { bytes, note: `${count(bytes, 'byte')} of the payload ${bytes === 1 ? 'is' : 'are'} missing` };
}
