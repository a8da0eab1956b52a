import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as codec from '../../src/codec/index.ts';

describe('the codec', () => {
  it('gives out fifteen names beside types, and more to the floors above alone', () => {
    const index = readFileSync(new URL('../../src/codec/index.ts', import.meta.url), 'utf8');
    const internal = [...index.matchAll(/\/\*\* @internal \*\/\nexport \{([^}]*)\}/g)].flatMap(([, list = '']) =>
      list.split(', '),
    );
    const given = Object.keys(codec).filter((name) => !internal.some((each) => each.trim() === name));
    expect(given.sort()).toEqual([
      'CloseCode',
      'FrameDecoder',
      'Opcode',
      'ProtocolViolation',
      'Utf8Validator',
      'applyMask',
      'checkHeader',
      'decodeClosePayload',
      'decodeHeader',
      'encodeClosePayload',
      'encodeFrame',
      'encodeHeaderInto',
      'headerSize',
      'isValidCloseCode',
      'truncateUtf8',
    ]);
  });

  it('is what the package exports as ./codec', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(manifest.exports['./codec'].default).toBe('./dist/codec/index.js');
  });
});
