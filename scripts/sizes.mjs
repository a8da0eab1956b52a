// What a page or a worker loads of the floors that need no platform: bundled, minified by esbuild, compressed by gzip.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const CLIENT = {
  protocol: '{ Protocol }',
  handshake: '{ createKey, encodeUpgradeRequest, ResponseHeadReader, checkUpgradeResponse }',
};
const SERVER = {
  protocol: '{ Protocol }',
  handshake: '{ RequestHeadReader, decideUpgrade, encodeAcceptResponse, encodeErrorResponse }',
};
const BOTH = { protocol: '*', handshake: '*' };

/** The exports that are measured together, and how many bytes they may take: what was reached, and little more. */
export const CASES = [
  { what: 'the codec', exports: { codec: '*' }, most: 4_096 },
  { what: 'protocol and handshake of a client', exports: CLIENT, most: 16_475, alone: 13_440 },
  { what: 'protocol and handshake of a server', exports: SERVER, most: 17_400, alone: 14_336 },
  { what: 'protocol and handshake, all of both', exports: BOTH, most: 20_300, alone: 17_300 },
];

const withoutCodec = {
  name: 'without-codec',
  setup: ({ onResolve }) => onResolve({ filter: /codec\/index\.[jt]s$/ }, () => ({ path: 'codec', external: true })),
};

/** How many bytes these exports take, from `src` or `dist`, and which files are the largest part of it. */
export async function sizeOf(exports, folder, alone = false) {
  const ending = folder === 'src' ? 'ts' : 'js';
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: Object.entries(exports)
        .map(([floor, names]) => `export ${names} from './${folder}/${floor}/index.${ending}';`)
        .join('\n'),
      resolveDir: ROOT,
    },
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
    plugins: alone ? [withoutCodec] : [],
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const heaviest = Object.entries(inputs)
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .slice(0, 5)
    .map(([path, { bytesInOutput }]) => `${path} ${bytesInOutput}`);
  return { bytes: gzipSync(outputFiles[0].contents, { level: 9 }).length, heaviest };
}

/** Prints every size and throws when one is over its bound. */
export async function checkSizes(folder) {
  const over = [];
  for (const { what, exports, most, alone } of CASES) {
    for (const [title, bound] of [
      [what, most],
      [`${what}, without the codec`, alone],
    ]) {
      if (bound === undefined) continue;
      const { bytes, heaviest } = await sizeOf(exports, folder, bound === alone);
      console.log(`${String(bytes).padStart(6)} of ${bound} bytes  ${title}`);
      if (bytes > bound) over.push(`${title}: ${bytes} bytes, of which before compression ${heaviest.join(', ')}`);
    }
  }
  if (over.length > 0) throw new Error(`larger than permitted in scripts/sizes.mjs\n${over.join('\n')}`);
}
