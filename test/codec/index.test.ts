import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as codec from '../../src/codec/index.ts';

describe('the codec', () => {
  it('gives out the names that an embedder needs, and few others', () => {
    const names = Object.keys(codec);
    expect(names.length).toBeLessThanOrEqual(22);
    expect(names).toEqual(
      expect.arrayContaining([
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
        'isControlOpcode',
        'isValidCloseCode',
        'truncateUtf8',
      ]),
    );
  });

  it('is what the package exports as ./codec', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(manifest.exports['./codec'].default).toBe('./dist/codec/index.js');
  });
});
