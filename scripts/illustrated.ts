// Records the story of docs/illustrated and writes its page. Run: npm run docs:illustrated
import { record } from './illustrated/record.ts';
import { writeRecording } from './illustrated/recording.ts';

writeRecording(await record());
