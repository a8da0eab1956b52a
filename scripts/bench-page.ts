/** `npm run docs:benchmarks`: brings docs/benchmarks.md with its plots, and the table of README.md, up to date with bench/results/. */
import { fileURLToPath } from 'node:url';
import { writePage } from '../bench/page.ts';

writePage(fileURLToPath(new URL('..', import.meta.url)));
