import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dissect, type TurnAnatomy } from '../../scripts/illustrated/anatomy.ts';
import { toHex } from '../../scripts/illustrated/bytes.ts';
import { renderPage } from '../../scripts/illustrated/page.ts';
import { type Recording, readRecording } from '../../scripts/illustrated/recording.ts';

const ROOT = new URL('../../', import.meta.url);
const PAGE = readFileSync(new URL('docs/illustrated/index.html', ROOT), 'utf8');
const recording = readRecording();
const turns = dissect(recording);

/** The turns that the page shows; the others are openings that repeat the first one byte for byte. */
const shown = turns.filter(({ id }) => PAGE.includes(` id="${id}"`));

function sectionOf({ id }: TurnAnatomy): string {
  const start = PAGE.indexOf(` id="${id}"`);
  return PAGE.slice(start, PAGE.indexOf('</section>', start));
}

/** The bytes as a reader of the page finds them, rows that are only counted included. */
function bytesOnPage(section: string): string {
  let all = '';
  let row = '';
  for (const [, line = ''] of section.matchAll(/<p(?: class="bytes")?>(<(?:a|span) class="(?:b k-|same).*?)<\/p>/g)) {
    const text = line.replaceAll(/<[^>]+>/g, '');
    const repeats = /the same row (?:(once)|([\d,]+) times) more/.exec(text);
    if (repeats === null) {
      row = text.replaceAll(' ', '');
      all += row;
    } else all += row.repeat(repeats[1] === 'once' ? 1 : Number(repeats[2]?.replaceAll(',', '')));
  }
  return all;
}

describe('the spans of the recording', () => {
  it.each(turns.map((turn) => [turn.id, turn] as const))('tile every bit of a turn: %s', (_id, turn) => {
    const pieces = turn.pieces.map(({ bytes }) => toHex(bytes)).join('');
    expect(pieces === toHex(turn.bytes)).toBe(true);
    for (const { part, groups, bytes } of turn.pieces) {
      expect(part.missing).toBeUndefined();
      let end = part.offset * 8;
      for (const { offset, bits } of part.spans) {
        expect([offset, bits > 0]).toEqual([end, true]);
        end += bits;
      }
      expect(end).toBe((part.offset + part.bytes) * 8);
      expect(groups.flatMap(({ spans }) => spans)).toEqual(part.spans);
      expect(Buffer.concat(groups.map((group) => group.bytes)).equals(bytes)).toBe(true);
    }
  });
});

describe('docs/illustrated/index.html', () => {
  it('is what the recording, the prose and the sources make it now; npm run docs:illustrated writes it', async () => {
    expect((await renderPage(recording)) === PAGE, 'run npm run docs:illustrated').toBe(true);
  });

  it('tells of every turn, once, but for openings that repeat the first one', () => {
    for (const { id } of shown) expect([id, PAGE.split(` id="${id}"`).length]).toEqual([id, 2]);
    for (const turn of turns) {
      if (shown.includes(turn)) continue;
      const first = turns.find(({ id }) => turn.id === `${turn.connection}-${id}`);
      expect([turn.id, first !== undefined && toHex(first.bytes) === toHex(turn.bytes)]).toEqual([turn.id, true]);
    }
    expect(shown.length).toBeGreaterThan(15);
  });

  it.each(shown.map((turn) => [turn.id, turn] as const))('shows every byte of a turn: %s', (_id, turn) => {
    expect(bytesOnPage(sectionOf(turn)) === toHex(turn.bytes)).toBe(true);
  });

  it.each(shown.map((turn) => [turn.id, turn] as const))('explains every span of a turn: %s', (_id, turn) => {
    const section = sectionOf(turn);
    const fields = [...section.matchAll(/<p class="says"><b>(.*?)<\/b>/g)].map(([, field]) => field);
    expect(fields).toEqual(turn.pieces.flatMap(({ part }) => part.spans.map(({ field }) => field)));
    const references = [...section.matchAll(/<p class="refs">(.*?)<\/p>/g)].map(([, text = '']) => text);
    expect(references).toHaveLength(fields.length);
    for (const reference of references) {
      expect(reference).toContain(' <a href="../../src/');
      expect(reference).toMatch(/^<a href="https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d/);
    }
  });

  it('links to places that are there: anchors of its own, and lines of our source', () => {
    const links = [...PAGE.matchAll(/ href="([^"]+)"/g)].map(([, href = '']) => href);
    const ids = new Set([...PAGE.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    expect(ids.size).toBe([...PAGE.matchAll(/ id="/g)].length);
    let lines = 0;
    for (const href of new Set(links)) {
      if (href.startsWith('#')) expect(ids).toContain(href.slice(1));
      else if (href.startsWith('../../src/')) {
        const [path = '', line] = href.slice('../../'.length).split('#L');
        const text = readFileSync(new URL(path, ROOT), 'utf8').split('\n')[Number(line) - 1];
        expect([href, text?.trim().length !== 0 && text !== undefined]).toEqual([href, true]);
        lines++;
      } else expect(href).toMatch(/^https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+(#section-[\d.]+)?$/);
    }
    expect(lines).toBeGreaterThan(40);
  });

  it('is one file of less than 300 KB that asks nobody for anything', () => {
    expect(Buffer.byteLength(PAGE)).toBeLessThan(300_000);
    expect(PAGE).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"`);
    expect(PAGE).not.toMatch(/<script|<img|<link|<iframe|\ssrc=|@import|url\(/i);
  });
});

describe('a byte of the recording that is changed', () => {
  /** The recording with one bit of a byte turned. */
  function changed(id: string, at: number): Recording {
    return recording.map((connection) => ({
      ...connection,
      turns: connection.turns.map((turn) => {
        if (turn.id !== id) return turn;
        const bytes = Uint8Array.from(turn.bytes);
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        return { ...turn, bytes };
      }),
    }));
  }

  it.each(turns.map(({ id, bytes }) => [id, bytes.length] as const))('is seen on the page: %s', async (id, length) => {
    const inMiddle = [1, 2, Math.floor(length / 2), length - 2];
    for (const at of new Set([0, ...inMiddle.filter((place) => place > 0 && place < length), length - 1])) {
      const page = await renderPage(changed(id, at)).catch((error: Error) => `refused: ${error.message}`);
      expect([at, page === PAGE]).toEqual([at, false]);
    }
  });
});
