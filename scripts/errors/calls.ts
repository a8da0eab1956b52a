import * as codec from '../../src/codec/index.ts';
import * as handshake from '../../src/handshake/index.ts';
import * as node from '../../src/node/index.ts';

/** Calls that are mistakes, as a program would write them. */
export const CALLS: readonly string[] = [
  'new WebSocketServer({ maxMesageBytes: 1024 })',
  'new WebSocketServer({ maxMessageBytes: 0 })',
  "new WebSocketServer().route('/chat', { mesage: () => {} })",
  "new WebSocket('ftp://example.com')",
  "new WebSocket('ws://example.com/#top')",
  "new WebSocket('ws://example.com/', ['chat', 'chat'])",
  "new WebSocketError('', { closeCode: 1001 })",
  "new WebSocketError('', { reason: 'x'.repeat(124) })",
  'prepareMessage(42)',
  'encodeClosePayload(1005)',
  'createKey(new Uint8Array(8))',
  "encodeUpgradeRequest({ host: 'example.com', target: 'chat', key: '' })",
];

/**
 * What a call throws.
 *
 * @throws Error when it throws nothing
 */
export function provoke(call: string): { readonly name: string; readonly message: string } {
  const names = { ...codec, ...handshake, ...node };
  try {
    new Function(...Object.keys(names), `'use strict'; ${call};`)(...Object.values(names));
  } catch (error) {
    const { name, message } = error as Error;
    return { name: error instanceof DOMException ? `DOMException ${name}` : name, message };
  }
  throw new Error(`this throws nothing: ${call}`);
}
