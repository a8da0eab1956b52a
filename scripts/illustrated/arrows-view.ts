import { element, type Markup } from '../../src/report/index.ts';
import type { Facts } from './facts.ts';
import type { End } from './recording.ts';

/** A row of a picture in which time runs downwards between two lines: the client at the left, the server at the right. */
export interface Arrow {
  /** Who says it; `part` is a heading between what is said. */
  readonly side: End | 'part';
  readonly label: string;
  readonly href?: string;
  /** It breaks a rule. */
  readonly bad?: boolean;
}

/** The picture. */
export function arrowsView(rows: readonly Arrow[]): Markup {
  const items = rows.map(({ side, label, href, bad }) => {
    const to = side === 'client' ? ' to server' : side === 'server' ? ' to client' : '';
    const words = [label, to === '' ? undefined : element('span', { class: 'unseen' }, to)];
    const link = href === undefined ? element('span', {}, words) : element('a', { href }, words);
    return element('li', { class: bad === true ? `${side} bad` : side }, link);
  });
  return element('ol', { class: 'overview' }, items);
}

/** What TCP does by itself at both ends of the story, of which no tape above TCP has any bytes. */
export function transportArrows(section: string, facts: Facts): Markup | undefined {
  if (section === 'tcp') {
    return arrowsView([
      { side: 'client', label: 'SYN' },
      { side: 'server', label: 'SYN, ACK' },
      { side: 'client', label: 'ACK' },
    ]);
  }
  if (section !== 'goodbye') return undefined;
  const first = facts.endedBy('story');
  const other = first === 'client' ? 'server' : 'client';
  return arrowsView([
    { side: first, label: 'FIN' },
    { side: other, label: 'ACK' },
    { side: other, label: 'FIN' },
    { side: first, label: 'ACK' },
  ]);
}
