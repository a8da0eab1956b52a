// Writes the drawing and the table of docs/closing.md from CLOSING_TABLE. Run: npx tsx scripts/closing-page.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { CLOSING_TABLE, type ClosingEvent, type ClosingState, type ClosingStep } from '../src/protocol/index.ts';

const PLACE = /<!-- closing table -->\n[\s\S]*?<!-- end of closing table -->/;

interface Move {
  readonly from: ClosingState;
  readonly event: ClosingEvent;
  readonly step: ClosingStep;
}

/**
 * The page with the drawing and the table as the code has them now.
 *
 * @throws Error for a page without a place for them
 */
export function fillClosingTable(page: string): string {
  if (!PLACE.test(page)) throw new Error('the page has no place for the closing table');
  return page.replace(PLACE, () => `<!-- closing table -->\n${drawing()}\n\n${table()}\n<!-- end of closing table -->`);
}

function moves(): Move[] {
  return Object.entries(CLOSING_TABLE).flatMap(([from, row]) =>
    Object.entries(row).map(([event, step]) => ({
      from: from as ClosingState,
      event: event as ClosingEvent,
      step: step as ClosingStep,
    })),
  );
}

function drawing(): string {
  const lines = moves().map(({ from, event, step }) => `    ${node(from)} --> ${node(step.next)}: ${event}`);
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...Object.keys(CLOSING_TABLE).map((state) => `    state "${state}" as ${node(state)}`),
    '    [*] --> open',
    ...lines,
    '    ended --> [*]',
    '```',
  ].join('\n');
}

// A hyphen would end a name there.
function node(state: string): string {
  return state.replaceAll('-', '_');
}

function table(): string {
  const rows = moves().map(({ from, event, step }) => {
    const actions = step.actions.map((action) => `\`${action}\``).join(', ');
    return `| \`${from}\` | \`${event}\` | \`${step.next}\` | ${actions} |`;
  });
  return ['| in | on | goes to | and does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

if (import.meta.filename === process.argv[1]) {
  const path = new URL('../docs/closing.md', import.meta.url);
  writeFileSync(path, fillClosingTable(readFileSync(path, 'utf8')));
}
