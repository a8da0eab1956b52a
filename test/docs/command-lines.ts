import { blocksOf } from '../../scripts/site/markdown.ts';

const PROGRAM = /(?:^|[|&]\s*)(?:npx ws101|ws101|node dist\/cli\/main\.js) (?=[a-z])/;

/** What follows the name of the program in the commands that a page has to be typed. Sessions in the console are run as they are. */
export function commandLines(page: string): string[] {
  return blocksOf(page)
    .filter(({ language }) => language === 'sh' || language === '')
    .flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, '').split('\n'))
    .flatMap((line) => {
      const start = PROGRAM.exec(line);
      return start === null ? [] : [line.slice(start.index + start[0].length)];
    });
}

/** The words of a command up to what only a shell understands. Quotes keep words together. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word, , single, double] of line.matchAll(/('([^']*)'|"([^"]*)"|[^\s'"])+|\S/g)) {
    if (/^(?:#|\||<|>|&|2>)/.test(word)) break;
    words.push(single !== undefined || double !== undefined ? word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2') : word);
  }
  return words;
}
