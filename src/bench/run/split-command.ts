/**
 * A command as words, the way a shell splits it: at blanks, but not within quotes, a backslash keeping what follows as it is.
 *
 * What only a shell can do (`&&`, `|`, `$NAME`, `*` …) is left to one: `sh -c`, or on Windows `cmd /c`.
 *
 * @throws SyntaxError when a quote is not closed, or there is no word
 */
export function splitCommand(text: string, platform: string = process.platform): readonly string[] {
  // A backslash is part of a path there.
  const isWindows = platform === 'win32';
  const words: string[] = [];
  let word: string | undefined;
  let quoted = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '\\' && !isWindows && quoted !== "'" && at + 1 < text.length) word = (word ?? '') + text[++at];
    else if (quoted !== '') {
      if (character === '$' && quoted === '"') return shell(text, isWindows);
      if (character === quoted) quoted = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || (character === "'" && !isWindows)) {
      quoted = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if ('|&;<>()$`*?~#%^'.includes(character)) return shell(text, isWindows);
    else word = (word ?? '') + character;
  }
  if (quoted !== '') throw new SyntaxError(`the command ${JSON.stringify(text)} has a quote that is not closed`);
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw new SyntaxError('the command is empty');
  // NAME=value in front of a command is a variable of the shell.
  return /^\w+=/.test(words[0] ?? '') ? shell(text, isWindows) : words;
}

function shell(text: string, isWindows: boolean): readonly string[] {
  return isWindows ? ['cmd', '/d', '/s', '/c', text] : ['sh', '-c', text];
}
