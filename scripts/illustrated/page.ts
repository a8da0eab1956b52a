import { violationOf } from '../../src/inspect/index.ts';
import { type Content, element, Markup } from '../../src/report/index.ts';
import { dissect, type Piece, type TurnAnatomy } from './anatomy.ts';
import { type Arrow, arrowsView, transportArrows } from './arrows-view.ts';
import { type Command, commandsOf } from './commands.ts';
import { Facts } from './facts.ts';
import { KINDS } from './kinds.ts';
import { type ProseSection, readProse, renderProse } from './prose.ts';
import type { Recording } from './recording.ts';
import { slotsOf } from './slots.ts';
import { STYLE } from './style.ts';
import { turnView } from './turn-view.ts';

/**
 * The whole page of this recording, in one file that loads nothing.
 *
 * @throws Error when the recording no longer fits the prose, or a line of source is not there any more
 */
export async function renderPage(recording: Recording): Promise<string> {
  const turns = dissect(recording);
  const facts = new Facts(recording, turns);
  const commands = await commandsOf(facts);
  const story = readProse('story');
  const shown = shownTurns(turns, story);
  const notes = new Map(readProse('fields').map((section) => [section.id, section]));
  const [intro, ...sections] = story;
  const prose = (paragraph: string): Markup => block(paragraph, facts, commands);
  const body = [
    element('a', { class: 'skip', href: '#tcp' }, 'Skip to the story'),
    element(
      'header',
      {},
      element('h1', {}, intro?.title),
      intro?.paragraphs.map(prose),
      overview(sections, shown, facts),
      legend(),
    ),
    element(
      'main',
      {},
      element(
        'div',
        { class: 'lanes', 'aria-hidden': 'true' },
        element('span', {}, 'Client'),
        element('span', {}, 'Server'),
      ),
      sections.map((section) => {
        const turn = shown.get(section.id);
        return element(
          'section',
          { class: turn === undefined ? 'chapter' : `turn ${turn.from}`, id: section.id },
          element('h2', {}, section.title),
          section.paragraphs.map(prose),
          turn === undefined ? transportArrows(section.id, facts) : turnView(turn, facts, notes),
        );
      }),
    ),
  ];
  return document(intro?.title ?? '', body);
}

/** The turns by name, without the openings that only repeat the first one. */
function shownTurns(turns: readonly TurnAnatomy[], story: readonly ProseSection[]): ReadonlyMap<string, TurnAnatomy> {
  const told = new Set(story.map(({ id }) => id));
  for (const turn of turns) {
    if (told.has(turn.id)) continue;
    const first = turns.find(({ id }) => turn.id === `${turn.connection}-${id}`);
    if (first === undefined || Buffer.compare(first.bytes, turn.bytes) !== 0) {
      throw new Error(`the story does not tell of ${turn.id}, which is not like the opening of the first connection`);
    }
  }
  return new Map(turns.filter(({ id }) => told.has(id)).map((turn) => [turn.id, turn]));
}

function block(paragraph: string, facts: Facts, commands: ReadonlyMap<string, Command>): Markup {
  const name = /^\{command (\S+)\}$/.exec(paragraph)?.[1];
  if (name === undefined) return element('p', {}, renderProse(paragraph, slotsOf(facts)));
  const command = commands.get(name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  return element(
    'div',
    { class: 'command', role: 'group', 'aria-label': 'A command that repeats this' },
    element('pre', { tabindex: 0 }, element('code', {}, command.line)),
    element('pre', { class: 'output', tabindex: 0 }, element('samp', {}, command.output)),
  );
}

/** Everything that was said, as arrows between two lines, with a link to each. */
function overview(sections: readonly ProseSection[], turns: ReadonlyMap<string, TurnAnatomy>, facts: Facts): Markup {
  const rows = sections.map(({ id, title }): Arrow => {
    const turn = turns.get(id);
    if (turn === undefined) return { side: 'part', label: title, href: `#${id}` };
    const bad = turn.pieces.some(({ part }) => violationOf(part) !== undefined);
    const label = turn.pieces.map((piece) => labelOf(piece, facts)).join(' · ');
    return { side: turn.from, label: bad ? `${label}, refused` : label, href: `#${id}`, bad };
  });
  return element('nav', { 'aria-label': 'All that was said' }, arrowsView(rows));
}

/** What a head or a frame says, in a few words. */
function labelOf(piece: Piece, facts: Facts): string {
  const [name = '', length = ''] = piece.part.title.split(', ');
  const said = piece.part.spans.find(({ field }) => field === 'text' || field === 'close code')?.value;
  if (facts.trace(piece) !== undefined) return `compressed ${name}, ${length}`;
  if (said !== undefined) return `${name} ${said.replaceAll('"', '')}`;
  return length === '' ? name : `${name}, ${length}`;
}

function legend(): Markup {
  const items = Object.entries(KINDS).map(([kind, name]) =>
    element('li', {}, element('span', { class: `b k-${kind}`, 'aria-hidden': 'true' }, '··'), ' ', name),
  );
  const all = element(
    'p',
    { class: 'all' },
    element('input', { type: 'checkbox', id: 'open-all', autocomplete: 'off' }),
    ' ',
    element('label', { for: 'open-all' }, 'Open every byte'),
  );
  return element('div', { class: 'legend' }, element('ul', { 'aria-label': 'Colours of the bytes' }, items), all);
}

function document(title: string, body: Content): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, title),
    element('style', {}, new Markup(STYLE)),
  );
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, element('body', {}, body)).text}\n`;
}
