import { readable } from './bytes.ts';
import { OPCODE } from './frame.ts';
import type { Incoming } from './incoming.ts';
import type { EndStep, Expected } from './model.ts';

/** What should come, in words. */
export function describeExpected(expected: Expected): string {
  if (expected.kind === 'message') return messageOf(expected.opcode, expected.payload);
  if (expected.kind === 'pongs') return `${expected.payloads.length} pongs, in the order of the pings`;
  return `a ${expected.kind}${payloadOf(expected.payload)}`;
}

/** What came, in words. */
export function describeIncoming(incoming: Incoming): string {
  if (incoming.kind === 'message') {
    const { opcode, payload, frames, compressed } = incoming;
    const parts = frames.length > 1 ? ` in ${frames.length} fragments` : '';
    return `${messageOf(opcode, payload)}${parts}${compressed ? ', compressed' : ''}`;
  }
  if (incoming.kind === 'close') return describeClose(incoming.code, incoming.reason);
  if (incoming.kind === 'violation' || incoming.kind === 'end') return incoming.message;
  return `a ${incoming.kind}${payloadOf(incoming.payload)}`;
}

/** A close frame, in words. */
export function describeClose(code: number | undefined | null, reason: string): string {
  if (code === undefined || code === null) return 'a close frame without a code';
  return `a close frame with code ${code}${reason === '' ? '' : ` and the reason ${JSON.stringify(reason.slice(0, 80))}`}`;
}

/** How the connection should end, in words. */
export function describeEnd({ codes, clean }: EndStep): string {
  const code = codes.length === 0 ? 'without a code' : `with code ${codes.join(' or ')}, or without one`;
  return clean ? `a close frame ${code}` : `the connection fails: a close frame ${code}, or the end of TCP`;
}

/** Where two payloads of one kind differ; empty when they do not. */
export function difference(expected: Uint8Array, got: Uint8Array): string {
  const common = Math.min(expected.length, got.length);
  let at = 0;
  while (at < common && expected[at] === got[at]) at++;
  if (at < common) return `the payload differs from byte ${at} on`;
  return expected.length === got.length ? '' : `the payload has ${got.length} bytes, not ${expected.length}`;
}

function messageOf(opcode: number, payload: Uint8Array): string {
  const kind = opcode === OPCODE.TEXT ? 'text' : opcode === OPCODE.BINARY ? 'binary' : `opcode ${opcode}`;
  return `a ${kind} message${opcode === OPCODE.TEXT ? textOf(payload) : payloadOf(payload)}`;
}

function textOf(payload: Uint8Array): string {
  if (payload.length === 0) return ' without payload';
  const start = readable(payload.subarray(0, 40));
  return ` of ${bytesCount(payload)}, ${JSON.stringify(start)}${payload.length > 40 ? '…' : ''}`;
}

function payloadOf(payload: Uint8Array): string {
  if (payload.length === 0) return ' without payload';
  const start = Array.from(payload.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return ` of ${bytesCount(payload)}, ${start}${payload.length > 16 ? ' …' : ''}`;
}

function bytesCount({ length }: Uint8Array): string {
  return `${length} byte${length === 1 ? '' : 's'}`;
}
