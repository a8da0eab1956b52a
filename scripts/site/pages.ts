/** The pages of the site in the order of its menu; what stands in no group comes last. The home page is the README. */
export const MENU: readonly { readonly heading: string; readonly pages: readonly string[] }[] = [
  {
    heading: 'Learn',
    pages: [
      'tutorial/README.md',
      'tutorial/what-others-skip.md',
      'tutorial/lab.md',
      'cheat-sheet.md',
      'architecture.md',
      'decisions.md',
      'closing.md',
    ],
  },
  {
    heading: 'Use',
    pages: [
      'api.md',
      'server.md',
      'client.md',
      'embedding.md',
      'errors.md',
      'limits.md',
      'compression.md',
      'metrics.md',
      'testing.md',
    ],
  },
  { heading: 'Come from elsewhere', pages: ['comparison.md', 'migrating-from-ws.md', 'from-go.md'] },
  {
    heading: 'Tools',
    pages: [
      'cli.md',
      'inspector.md',
      'conformance-guide.md',
      'conformance.md',
      'bench.md',
      'benchmarks.md',
      'performance.md',
      'chat-protocol.md',
      'deploy.md',
    ],
  },
  { heading: 'Trust', pages: ['security.md', 'assurance.md', 'advisories.md', 'rfc-matrix.md', 'load.md'] },
];

/** Pages that the menu leaves to another page: the steps of the tutorial, for example. */
export function isReachedFromAnother(path: string): boolean {
  return /^tutorial\/\d\d-[\w-]+\/README\.md$/.test(path);
}
