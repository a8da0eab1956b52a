import { columnsOf, element, Markup } from '../../src/report/index.ts';

const FONT_SIZE = 13;
const COLUMN = 7.8;
const LINE = 17;
const MARGIN = 16;

// Legible on white and on GitHub's dark grey; an image follows the colour scheme of the reader's system.
const STYLE = `
text { font: ${FONT_SIZE}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
.screen { fill: #f6f8fa; stroke: #d0d7de }
.bold { font-weight: 600 }
.dim { fill: #57606a }
.red { fill: #b3261e }
.green { fill: #116329 }
.yellow { fill: #7d4e00 }
.cyan { fill: #0b6277 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .screen { fill: #161b22; stroke: #3d444d }
  .dim { fill: #9198a1 }
  .red { fill: #ff938a }
  .green { fill: #7ee787 }
  .yellow { fill: #e3b341 }
  .cyan { fill: #76d9e6 }
}
`;

const CLASSES: Readonly<Record<string, string>> = {
  1: 'bold',
  2: 'dim',
  31: 'red',
  32: 'green',
  33: 'yellow',
  36: 'cyan',
};

/** Lines of a terminal with the colours that it would show, as an SVG file. */
export function terminalPicture(title: string, lines: readonly string[]): string {
  const runs = lines.map(runsOf);
  const columns = Math.max(...runs.map((line) => line.reduce((sum, { text }) => sum + columnsOf(text), 0)));
  const width = Math.ceil(2 * MARGIN + columns * COLUMN);
  const height = 2 * MARGIN + lines.length * LINE;
  const shapes = runs.flatMap((line, row) => textsOf(line, MARGIN + FONT_SIZE + row * LINE));
  const screen = element('rect', {
    class: 'screen',
    x: 0.5,
    y: 0.5,
    width: width - 1,
    height: height - 1,
    rx: 6,
  });
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
  };
  const content = [element('title', {}, title), element('style', {}, new Markup(STYLE)), screen, ...shapes];
  return `${element('svg', attributes, ...content)}\n`.replaceAll(/(?=<(?:rect|text|style)\b)/g, '\n');
}

interface Run {
  readonly text: string;
  readonly style: string;
}

/** A line cut where its colour changes. */
function runsOf(line: string): Run[] {
  const runs: Run[] = [];
  let style = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal begin with one.
  for (const [, code, text = ''] of line.matchAll(/\x1b\[(\d+)m|([^\x1b]+)/g)) {
    if (code === undefined) runs.push({ text, style });
    else style = CLASSES[code] ?? '';
  }
  return runs;
}

/** Every run stands at its own columns, whatever width the font has. */
function textsOf(line: readonly Run[], y: number): Markup[] {
  const texts: Markup[] = [];
  let column = 0;
  for (const { text, style } of line) {
    const length = columnsOf(text);
    const blanks = length - columnsOf(text.trimStart());
    const words = text.trim();
    if (words !== '') {
      const attributes = {
        ...(style === '' ? {} : { class: style }),
        x: Number((MARGIN + (column + blanks) * COLUMN).toFixed(1)),
        y,
        textLength: Number((columnsOf(words) * COLUMN).toFixed(1)),
        lengthAdjust: 'spacingAndGlyphs',
      };
      texts.push(element('text', attributes, words));
    }
    column += length;
  }
  return texts;
}
