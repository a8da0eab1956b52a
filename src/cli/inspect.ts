import { type InspectedPart, inspectParts, type SpanViolation, violationOf } from '../inspect/index.ts';
import { type Command, defineCommand, type Terminal } from './command.ts';
import { readInput, type Stdin } from './inspect-input.ts';
import { showPart } from './inspect-view.ts';
import { type Canvas, canvasOf, type Style, wrap } from './paint.ts';

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
} as const;

/** `ws101 inspect`: bytes explained. Exit code 1 when they break a rule. */
export const inspect: Command = defineInspect(process.stdin, process.env);

/** The command with another standard input and environment. */
export function defineInspect(stdin: Stdin, environment: Readonly<Record<string, string | undefined>>): Command {
  return defineCommand({
    name: 'inspect',
    summary: 'every bit of a handshake or of frames explained, with the section that it obeys',
    options: OPTIONS,
    operands: { placeholder: '<hex|file|->', example: '818537fa213d7f9f4d5158' },
    async run({ role, input, deflate, json }, terminal, operands) {
      const bytes = await readInput(operands, input, stdin);
      const parts = inspectParts(bytes, { role, deflate: deflate || undefined });
      return json
        ? printJson(parts, bytes, terminal)
        : printReport(parts, bytes, terminal, canvasOf(terminal, environment));
    },
  });
}

function printJson(parts: Iterable<InspectedPart>, bytes: Uint8Array, { stdout }: Terminal): number {
  let code = 0;
  for (const part of parts) {
    const { payload, ...rest } = part;
    const wire = toHex(bytes.subarray(part.offset, part.offset + part.bytes));
    const line = { ...rest, wire, ...(payload === undefined ? {} : { payload: toHex(payload) }) };
    stdout.write(`${JSON.stringify(line)}\n`);
    if (violationOf(part) !== undefined) code = 1;
  }
  return code;
}

function printReport(parts: Iterable<InspectedPart>, bytes: Uint8Array, { stdout }: Terminal, canvas: Canvas): number {
  let frames = 0;
  let broken: SpanViolation | undefined;
  let missing = 0;
  for (const part of parts) {
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
