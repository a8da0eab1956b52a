import { describeChapter } from './chapter.ts';

describeChapter('01-tcp-echo');
