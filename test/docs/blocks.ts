import type { blocksOf } from '../../scripts/site/markdown.ts';

type Block = ReturnType<typeof blocksOf>[number];

interface RunBy {
  readonly page: RegExp;
  readonly languages: readonly string[];
  /** How the blocks start, where not all of these languages are meant. */
  readonly starts?: readonly string[];
  /** Runs every block of these languages, or compares it with what it is made of. */
  readonly test: string;
}

/** Which test looks at the blocks of a page. Excerpts of files need no row: the files are compiled and run. */
export const RUN_BY: readonly RunBy[] = [
  { page: /^README\.md$/, languages: ['js'], test: 'test/docs/snippets.test.ts' },
  {
    page: /^README\.md$/,
    languages: ['sh'],
    starts: ['node dist/cli/main.js chat', 'npx autocannon'],
    test: 'test/docs/typed-commands.test.ts',
  },
  { page: /^docs\/(?:server|metrics|compression|bench)\.md$/, languages: ['js'], test: 'test/docs/snippets.test.ts' },
  { page: /^docs\/(?:client|testing)\.md$/, languages: ['js'], test: 'test/docs/excerpts.test.ts' },
  { page: /^docs\/chat-protocol\.md$/, languages: ['json'], test: 'test/docs/snippets.test.ts' },
  { page: /^docs\/inspector\.md$/, languages: ['json'], test: 'test/docs/snippets.test.ts' },
  { page: /^docs\/cli\.md$/, languages: ['console'], test: 'test/docs/cli.test.ts' },
  { page: /^docs\/api\.md$/, languages: ['ts'], test: 'test/docs/api.test.ts' },
  { page: /^docs\/closing\.md$/, languages: ['mermaid'], test: 'test/docs/closing.test.ts' },
  {
    page: /^docs\/conformance-guide\.md$/,
    languages: ['sh', 'js', 'python', 'perl', 'text', 'yaml'],
    test: 'test/docs/conformance-guide.test.ts',
  },
  // Its reader of pages throws at a block that none of its tests does something with.
  {
    page: /^docs\/tutorial\//,
    languages: ['console', 'diff', 'text', 'js', 'sh', 'ts'],
    test: 'test/tutorial/index.test.ts',
  },
];

/** Blocks that no test runs, by how they start, and why. */
export const NOT_RUN: readonly { readonly page: string; readonly starts: string; readonly reason: string }[] = [
  {
    page: 'README.md',
    starts: 'npm ci && npm start',
    reason:
      'installs everything anew; the second line is what CI runs, and test/cli/serve.test.ts starts what the first one starts',
  },
  {
    page: 'docs/bench.md',
    starts: 'npx ws101 bench',
    reason:
      'takes half a minute of load each; test/cli/bench.test.ts runs the same for moments, and the options are read here',
  },
  {
    page: 'docs/benchmarks.md',
    starts: 'npm ci',
    reason:
      'takes two hours on a machine that does nothing else; test/peers has the parts, and test/docs/typed-commands.test.ts reads the options',
  },
  {
    page: 'docs/performance.md',
    starts: 'npm run bench',
    reason: 'the benchmarks of docs/benchmarks.md, and a profile of a server that stays',
  },
  {
    page: 'docs/cli.md',
    starts: 'ws101 connect ws://localhost:8080/ws\n',
    reason: 'waits at a terminal for what a person types; test/cli/connect.test.ts has such a terminal',
  },
  {
    page: 'docs/cli.md',
    starts: 'ws101 chat --connect',
    reason:
      'talks at a terminal to a chat that runs; test/chat/clients.test.ts has both, and the options are read here',
  },
  ...['--target ws', '--target wss', '--target ws://localhost:8080/ws --record', '--offline'].map((options) => ({
    page: 'docs/inspector.md',
    starts: `ws101 inspect ${options}`,
    reason:
      'a page that stays, on a fixed port; test/cli/inspect-live.test.ts starts each on a free one, and the options are read here',
  })),
  {
    page: 'docs/conformance.md',
    starts: 'npm run bench:peers',
    reason: 'installs other runtimes and runs every case against them; test/conformance runs the cases against our own',
  },
  {
    page: 'docs/assurance.md',
    starts: 'npm run fuzz',
    reason:
      'from a minute to an hour each; test/docs/typed-commands.test.ts runs the one for a single input, test/fuzz every target',
  },
  {
    page: 'docs/assurance.md',
    starts: 'npm run simulate',
    reason:
      'a hundred thousand seeds and more; test/docs/typed-commands.test.ts runs the one for a single seed, test/simulation some',
  },
  {
    page: 'docs/deploy.md',
    starts: 'ws101 chat --host',
    reason:
      'a server for everybody on a fixed port; test/cli starts the same on a free one of this machine, and the options are read here',
  },
  {
    page: 'docs/deploy.md',
    starts: 'systemctl',
    reason: 'changes the services of the machine; the units that it starts are read by a test',
  },
  { page: 'docs/cheat-sheet.md', starts: ' byte 0', reason: 'a drawing of the frame, and no code' },
  { page: 'docs/from-go.md', starts: 'var upgrader', reason: 'Go, beside which ours stands as an excerpt that runs' },
  { page: 'docs/from-go.md', starts: 'for {', reason: 'Go, beside which ours stands as an excerpt that runs' },
  {
    page: 'docs/from-go.md',
    starts: 'conn.SetReadDeadline',
    reason: 'Go, beside which ours stands as an excerpt that runs',
  },
  { page: 'docs/from-go.md', starts: 'message := ', reason: 'Go, beside which ours stands as an excerpt that runs' },
];

/** Whether a test runs a block, or a reason says why none does. */
export function isLookedAt(path: string, { language, code, before }: Block): boolean {
  if (/^<!-- excerpt: \S+ -->$/.test(before.trim())) return true;
  const isRun = RUN_BY.some(
    ({ page, languages, starts = [''] }) =>
      page.test(path) && languages.includes(language) && starts.some((start) => code.startsWith(start)),
  );
  if (isRun) return true;
  return NOT_RUN.some(({ page, starts }) => page === path && code.startsWith(starts));
}
