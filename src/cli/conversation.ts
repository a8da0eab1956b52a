import { type InspectedPart, previewHex } from '../inspect/index.ts';
import { formatDuration } from '../report/index.ts';
import { showPart } from './inspect-view.ts';
import type { Screen } from './screen.ts';
import { visible, visibleJson } from './visible.ts';
import type { Direction } from './wire-log.ts';

/** How messages are printed. */
export interface ConversationForm {
  /** Everything as one JSON object a line. */
  readonly ndjson: boolean;
  /** Messages as they are, control characters and all. */
  readonly rawOutput: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Prints what is said on one connection, for people or for programs. What others wrote is made safe for a terminal. */
export class Conversation {
  readonly #screen: Screen;
  readonly #form: ConversationForm;
  readonly #client: number | undefined;

  /** @param client the number of the client, where there are several */
  constructor(screen: Screen, form: ConversationForm, client?: number) {
    this.#screen = screen;
    this.#form = form;
    this.#client = client;
  }

  /** A message came. Gives a promise when whoever reads this is slow. */
  message(data: string | Uint8Array): Promise<void> | undefined {
    if (this.#form.ndjson) return this.#json({ event: 'message', ...contentOf(data) });
    if (this.#form.rawOutput) return this.#screen.print(typeof data === 'string' ? `${data}\n` : data);
    const { canvas, isTerminal } = this.#screen;
    const who = this.#client === undefined ? '' : `${this.#client} `;
    const mark = isTerminal || who !== '' ? canvas.paint(`${who}< `, 'cyan') : '';
    if (typeof data === 'string') return this.#screen.print(`${mark}${this.#safe(data)}\n`);
    const bytes = isTerminal
      ? `${canvas.paint(`${data.length} bytes`, 'dim')} ${previewHex(data)}`
      : Buffer.from(data).toString('hex');
    return this.#screen.print(`${mark}${bytes}\n`);
  }

  /** A head or a frame passed. */
  wire(direction: Direction, part: InspectedPart, bytes: Uint8Array, number: number): void {
    if (this.#form.ndjson) {
      const { payload, ...rest } = part;
      const wire = Buffer.from(bytes).toString('hex');
      const plain = payload === undefined ? {} : { payload: Buffer.from(payload).toString('hex') };
      this.#json({ event: 'wire', direction, ...rest, wire, ...plain });
      return;
    }
    const { canvas } = this.#screen;
    const who = this.#client === undefined ? '' : ` ${direction === 'in' ? 'from' : 'to'} ${this.#client}`;
    const way = direction === 'in' ? canvas.paint(`← received${who}`, 'cyan') : canvas.paint(`→ sent${who}`, 'yellow');
    this.#screen.print(`${[way, ...showPart(part, bytes, number, canvas)].join('\n')}\n`);
  }

  /** A pong came. @param rttMs the round trip of the ping that it answers, in milliseconds */
  pong(payload: Uint8Array, rttMs: number | undefined): void {
    const time = rttMs === undefined ? 'a pong that answers no ping' : `pong after ${formatDuration(rttMs * 1e6)}`;
    this.tell(
      {
        event: 'pong',
        ...contentOf(payload),
        ...(rttMs === undefined ? {} : { rttMs: Math.round(rttMs * 1000) / 1000 }),
      },
      time,
      true,
    );
  }

  /**
   * Something happened: an object for programs, and a line on standard error for people.
   *
   * @param sentence may be empty, and then it is for programs alone
   * @param important people are told although standard output is no screen
   */
  tell(event: Fields, sentence: string, important: boolean): void {
    if (this.#form.ndjson) this.#json(event);
    else if (sentence !== '' && (important || this.#screen.isTerminal)) {
      const who = this.#client === undefined ? '' : `${this.#client} `;
      this.#screen.note(visible(`${who}${sentence}`), important ? 'yellow' : 'dim');
    }
  }

  #json(event: Fields): Promise<void> | undefined {
    const who = this.#client === undefined ? {} : { client: this.#client };
    return this.#screen.print(`${visibleJson({ ...event, ...who })}\n`);
  }

  #safe(text: string): string {
    return visible(text, (escaped) => this.#screen.canvas.paint(escaped, 'yellow'));
  }
}

function contentOf(data: string | Uint8Array): Fields {
  return typeof data === 'string' ? { text: data } : { hex: Buffer.from(data).toString('hex') };
}
