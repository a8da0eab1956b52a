import { element, Markup } from '../../src/report/index.ts';

// Legible on white and on GitHub's dark grey; an image follows the colour scheme of the reader's system.
const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.name { font-weight: 600 }
.words { fill: #57606a; font-size: 12px }
.box { fill: #f6f8fa; stroke: #d0d7de }
.rule { stroke: #d0d7de; stroke-dasharray: 2 3 }
.dot { fill: #0969da }
.ring { fill: none; stroke: #0969da; stroke-width: 2 }
.edge { fill: none; stroke: #8c959f; stroke-width: 1.2 }
.band { fill: none; stroke: #d0d7de; stroke-dasharray: 4 4 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .words { fill: #9198a1 }
  .box { fill: #161b22; stroke: #3d444d }
  .rule, .band { stroke: #3d444d }
  .dot { fill: #4493f8 }
  .ring { stroke: #4493f8 }
  .edge { stroke: #768390 }
}
`;

/** A whole SVG file. */
export function picture(title: string, width: number, height: number, shapes: readonly Markup[]): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
  };
  const content = [element('title', {}, title), element('style', {}, new Markup(STYLE)), ...shapes];
  return `${element('svg', attributes, ...content)}\n`.replaceAll(
    /(?=<(?:rect|text|circle|path|line|style|g)\b)/g,
    '\n',
  );
}
