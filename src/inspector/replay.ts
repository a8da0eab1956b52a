import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Conversation } from './conversation.ts';
import type { Journal } from './journal.ts';
import { parseEvent, parseStart, type RecordingStart } from './recording.ts';

/** What a recording held. */
export interface Replayed {
  readonly start: RecordingStart;
  readonly conversations: readonly Conversation[];
}

/**
 * Reads a recording into a journal, with the times that it tells.
 *
 * Rejects with the system's error when the file cannot be read, and with a SyntaxError that names the line when it is none.
 */
export async function replay(path: string, journal: Journal): Promise<Replayed> {
  const conversations = new Map<number, Conversation>();
  let start: RecordingStart | undefined;
  let number = 0;
  const source = createReadStream(path);
  // The error of a file that is not there reaches the loop over its lines only when somebody listens.
  const failed = new Promise<never>((_, reject) => source.once('error', reject));
  const lines = createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value: line, done } = await Promise.race([lines.next(), failed]);
      if (done) break;
      number++;
      if (line.trim() === '') continue;
      if (start === undefined) start = parseStart(line);
      else play(line, number, conversations, journal);
    }
  } finally {
    source.destroy();
  }
  if (start === undefined) throw new SyntaxError('the recording is empty');
  return { start, conversations: [...conversations.values()] };
}

function play(line: string, number: number, conversations: Map<number, Conversation>, journal: Journal): void {
  const event = parseEvent(line, number);
  const { connection: id, at_ms: atMs } = event;
  let conversation = conversations.get(id);
  if (event.event === 'open') {
    conversation = new Conversation(id, (entry) => journal.add(entry), event.changes);
    conversations.set(id, conversation);
    conversation.open(event.client, atMs);
    return;
  }
  if (conversation === undefined) throw new SyntaxError(`line ${number}: connection ${id} was not opened before`);
  if (event.event === 'end') conversation.end(event.note, event.failed, atMs);
  else conversation.bytes(event.from, Buffer.from(event.bytes, 'base64'), atMs);
}
