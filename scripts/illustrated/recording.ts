import { readFileSync, writeFileSync } from 'node:fs';
import { formatBytes, parseBytes } from './bytes.ts';

/** The two ends of a connection. */
export type End = 'client' | 'server';

/** What one end said before the other had its turn. */
export interface Turn {
  /** Its name in the recording, and its anchor on the page. */
  readonly id: string;
  readonly from: End;
  readonly bytes: Uint8Array;
}

/** One TCP connection from its first byte to its last. */
export interface RecordedConnection {
  readonly name: string;
  readonly turns: readonly Turn[];
  /** Which end sent the last TCP segment of its own first. */
  readonly endedBy: End;
}

/** All that was recorded for the page. */
export type Recording = readonly RecordedConnection[];

const FILE = new URL('../../docs/illustrated/recording.json', import.meta.url);

interface Written {
  readonly connections: readonly {
    readonly name: string;
    readonly endedBy: End;
    readonly turns: readonly { readonly id: string; readonly from: End; readonly bytes: readonly string[] }[];
  }[];
}

/** The recording as it is committed. */
export function readRecording(): Recording {
  return parseRecording(readFileSync(FILE, 'utf8'));
}

/** Puts a recording in the place of the committed one. */
export function writeRecording(recording: Recording): void {
  writeFileSync(FILE, printRecording(recording));
}

/**
 * The recording in a text that {@link printRecording} made.
 *
 * @throws Error for two turns of the same name, or what are no bytes
 */
export function parseRecording(text: string): Recording {
  const { connections } = JSON.parse(text) as Written;
  const recording = connections.map(({ name, endedBy, turns }) => ({
    name,
    endedBy,
    turns: turns.map(({ id, from, bytes }) => ({ id, from, bytes: parseBytes(bytes) })),
  }));
  const ids = recording.flatMap(({ turns }) => turns.map(({ id }) => id));
  if (new Set(ids).size < ids.length) throw new Error('two turns of the recording have the same name');
  return recording;
}

/** The recording as people can read it, and as the formatter leaves it. */
export function printRecording(recording: Recording): string {
  const connections = recording.map(({ name, endedBy, turns }) => {
    const lines = turns.map(({ id, from, bytes }) => {
      const start = `        { "id": ${JSON.stringify(id)}, "from": ${JSON.stringify(from)}, "bytes": `;
      const written = formatBytes(bytes).map((line) => JSON.stringify(line));
      const short = `${start}[${written.join(', ')}] }`;
      if (short.length < 120) return short;
      const tall = written.map((line) => `            ${line}`).join(',\n');
      return [
        '        {',
        `          "id": ${JSON.stringify(id)},`,
        `          "from": ${JSON.stringify(from)},`,
        `          "bytes": [\n${tall}\n          ]`,
        '        }',
      ].join('\n');
    });
    return [
      '    {',
      `      "name": ${JSON.stringify(name)},`,
      `      "endedBy": ${JSON.stringify(endedBy)},`,
      `      "turns": [\n${lines.join(',\n')}\n      ]`,
      '    }',
    ].join('\n');
  });
  return `{\n  "connections": [\n${connections.join(',\n')}\n  ]\n}\n`;
}
