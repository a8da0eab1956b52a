import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a page or a worker loads for these exports: bundled, minified, compressed. */
async function bytesOf(exports: Record<string, string>): Promise<{ gzip: number; heaviest: string[] }> {
  const contents = Object.entries(exports)
    .map(([floor, names]) => `export ${names} from './src/${floor}/index.ts';`)
    .join('\n');
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
  });
  const [code] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (code === undefined || output === undefined) throw new Error('esbuild wrote nothing');
  const heaviest = Object.entries(output.inputs)
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .slice(0, 4)
    .map(([path, { bytesInOutput }]) => `${path} ${bytesInOutput}`);
  return { gzip: gzipSync(code.contents, { level: 9 }).length, heaviest };
}

const CASES: [what: string, limitKiB: number, exports: Record<string, string>][] = [
  ['the codec', 4, { codec: '*' }],
  ['the protocol alone', 10, { protocol: '{ Protocol }' }],
  [
    'the protocol and the handshake of a client',
    16,
    {
      protocol: '{ Protocol }',
      handshake: '{ createKey, encodeUpgradeRequest, ResponseHeadReader, checkUpgradeResponse }',
    },
  ],
  [
    'the protocol and the handshake of a server',
    17,
    {
      protocol: '{ Protocol }',
      handshake: '{ RequestHeadReader, decideUpgrade, encodeAcceptResponse, encodeErrorResponse }',
    },
  ],
  ['the whole protocol and the whole handshake, both roles', 19, { protocol: '*', handshake: '*' }],
];

describe('minified and compressed', () => {
  it.each(CASES)('%s takes at most %d KiB', async (what, limitKiB, exports) => {
    const { gzip, heaviest } = await bytesOf(exports);
    console.log(`${what}: ${gzip} bytes of gzip; before compression: ${heaviest.join(', ')}`);
    expect(gzip).toBeLessThanOrEqual(limitKiB * 1024);
  });
});
