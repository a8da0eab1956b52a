/** `npm run docs:benchmarks`: brings docs/benchmarks.md and its plots up to date with bench/results/. */
import { fileURLToPath } from 'node:url';
import { writePage } from '../bench/page.ts';

writePage(fileURLToPath(new URL('..', import.meta.url)));
