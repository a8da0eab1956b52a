/** Where the parts of a docstring lead: the names on the page, and the matrix of the RFC. */
export interface LinkPorts {
  /** The address of a name, or undefined for one that is not public. */
  readonly link: (name: string) => string | undefined;
}

/** A docstring, taken apart. */
export interface Docstring {
  /** Its first sentence, on one line. */
  readonly summary: string;
  /** The whole text in Markdown. */
  readonly text: string;
}

/** Turns the text between the marks of a docstring into Markdown; tags become lists. */
export function readDocstring(comment: string, { link }: LinkPorts): Docstring {
  const lines = comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .filter((line) => !/^@(?:module|internal)\b/.test(line));
  const [first = '', ...tags] = lines
    .join('\n')
    .trim()
    .split(/^(?=@)/m);
  const body = first.startsWith('@') ? '' : first.trim();
  const items = (body === '' && first !== '' ? [first, ...tags] : tags).map((tag) => renderTag(tag.trim()));
  const text = [body, items.join('\n')].filter((part) => part !== '').join('\n\n');
  const linked = text.replaceAll(/\{@link ([^}]+)\}/g, (_all, name: string) => {
    const address = link(name.split('.')[0] ?? name);
    return address === undefined ? `\`${name}\`` : `[\`${name}\`](${address})`;
  });
  return { summary: summaryOf(linked), text: linked };
}

function renderTag(tag: string): string {
  const [, name = '', rest = ''] = /^@(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
  const words = rest.replaceAll(/\s*\n\s*/g, ' ');
  if (name === 'param') return words.replace(/^(\S+)\s*-?\s*(.*)$/, '- `$1`: $2');
  if (name === 'returns') return `- Gives ${words}`;
  if (name === 'throws') return `- Throws ${words}`;
  if (name === 'rfc')
    return `- Fulfils ${words
      .split(' ')
      .map((id) => `\`${id}\``)
      .join(', ')} of the [matrix](rfc-matrix.md)`;
  throw new Error(`a docstring has a tag that is not known: @${name}`);
}

/** Up to the end of the first sentence; dots inside of names and sections are followed by no blank. */
function summaryOf(text: string): string {
  const flat = (text.split('\n\n')[0] ?? '').replaceAll(/\s*\n\s*/g, ' ').replace(/^- /, '');
  return /^.*?[^.§][.!?](?=\s+[A-Z`]|$)/.exec(flat)?.[0] ?? flat;
}
