// Writes docs/illustrated/index.html from its recording; with --record it makes a new recording first.
// Run: npm run docs:illustrated
import { writeFileSync } from 'node:fs';
import { renderPage } from './illustrated/page.ts';
import { record } from './illustrated/record.ts';
import { readRecording, writeRecording } from './illustrated/recording.ts';

if (process.argv.includes('--record')) writeRecording(await record());
writeFileSync(new URL('../docs/illustrated/index.html', import.meta.url), await renderPage(readRecording()));
