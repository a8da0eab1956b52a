import { setImmediate } from 'node:timers/promises';
import { type InspectedPart, inspectParts, type SpanViolation, violationOf } from '../inspect/index.ts';
import { type Canvas, canvasOf, type Style, wrap } from '../report/index.ts';
import { type Command, defineCommand, type Terminal } from './command.ts';
import { readInput, type Stdin } from './inspect-input.ts';
import { checkLive, isLive, LIVE_NOTES, LIVE_OPTIONS, runLive } from './inspect-live.ts';
import { showPart } from './inspect-view.ts';
import { quote } from './usage-error.ts';

const OPTIONS = {
  role: {
    type: 'choice',
    choices: ['auto', 'server', 'client'],
    default: 'auto',
    description: 'the end that receives the bytes; auto takes it from the bytes',
    example: 'client',
  },
  input: {
    type: 'choice',
    choices: ['auto', 'hex', 'raw'],
    default: 'auto',
    description: 'how the bytes are written; auto takes hexadecimal for what it is',
    example: 'hex',
  },
  deflate: { type: 'flag', description: 'permessage-deflate was agreed, so RSV1 may be set' },
  json: { type: 'flag', description: 'print one JSON object a line, for each head and frame' },
  ...LIVE_OPTIONS,
} as const;

/** `ws101 inspect`: bytes explained, with exit code 1 when they break a rule; or the live inspector. */
export const inspect: Command = defineInspect(process.stdin, process.env);

/** The command with another standard input and environment. */
export function defineInspect(stdin: Stdin, environment: Readonly<Record<string, string | undefined>>): Command {
  return defineCommand({
    name: 'inspect',
    summary: 'every bit of a handshake or of frames explained, from bytes or live between two ends',
    options: OPTIONS,
    operands: { placeholder: '<hex|file|->', example: '818537fa213d7f9f4d5158' },
    notes: LIVE_NOTES,
    async run({ role, input, deflate, json, ...live }, terminal, operands) {
      const forBytes = [operands.length > 0 && quote(operands[0] ?? ''), role !== 'auto' && '--role'];
      forBytes.push(input !== 'auto' && '--input', deflate && '--deflate', json && '--json');
      checkLive(
        live,
        forBytes.filter((name) => name !== false),
      );
      if (isLive(live)) {
        await runLive(live, terminal);
        return 0;
      }
      const bytes = await readInput(operands, input, stdin);
      const parts = whileRead(inspectParts(bytes, { role, deflate: deflate || undefined }), terminal);
      return json
        ? printJson(parts, bytes, terminal)
        : printReport(parts, bytes, terminal, canvasOf(terminal.stdout, environment));
    },
  });
}

type Parts = AsyncIterable<InspectedPart>;

// So many parts are printed before anything else has its turn: signals, or the news that nobody reads.
const PARTS_A_TURN = 256;

/** The parts, until there are no more or the reader of the output has gone (`ws101 inspect … | head`). */
async function* whileRead(parts: Iterable<InspectedPart>, { stdout }: Terminal): AsyncGenerator<InspectedPart> {
  let hasReader = true;
  stdout.once?.('error', () => {
    hasReader = false;
  });
  let given = 0;
  for (const part of parts) {
    yield part;
    if (++given % PARTS_A_TURN !== 0) continue;
    await setImmediate();
    if (!hasReader) return;
  }
}

async function printJson(parts: Parts, bytes: Uint8Array, { stdout }: Terminal): Promise<number> {
  let code = 0;
  for await (const part of parts) {
    const { payload, ...rest } = part;
    const wire = toHex(bytes.subarray(part.offset, part.offset + part.bytes));
    const line = { ...rest, wire, ...(payload === undefined ? {} : { payload: toHex(payload) }) };
    stdout.write(`${JSON.stringify(line)}\n`);
    if (violationOf(part) !== undefined) code = 1;
  }
  return code;
}

async function printReport(parts: Parts, bytes: Uint8Array, { stdout }: Terminal, canvas: Canvas): Promise<number> {
  let frames = 0;
  let broken: SpanViolation | undefined;
  let missing = 0;
  for await (const part of parts) {
    if (part.kind === 'frame') frames++;
    stdout.write(`${showPart(part, bytes, frames, canvas).join('\n')}\n`);
    broken ??= violationOf(part);
    missing = part.missing?.bytes ?? 0;
  }
  const counted = `${plural(bytes.length, 'byte')}${frames === 0 ? '' : `, ${plural(frames, 'frame')}`}`;
  const { mark, verdict, style } = judge(broken, missing);
  for (const line of wrap(`${mark} ${counted}: ${verdict}`, canvas.width))
    stdout.write(`${canvas.paint(line, style)}\n`);
  return broken === undefined ? 0 : 1;
}

function judge(broken: SpanViolation | undefined, missing: number): { mark: string; verdict: string; style: Style } {
  if (broken !== undefined) return { mark: '✗', verdict: `${broken.code}, ${broken.section}`, style: 'red' };
  return missing > 0
    ? { mark: '…', verdict: 'legal as far as it goes', style: 'yellow' }
    : { mark: '✓', verdict: 'every rule is kept', style: 'green' };
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
