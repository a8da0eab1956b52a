import { join } from './bytes.ts';
import type { Frame } from './frame.ts';
import type { Incoming } from './incoming.ts';
import type { Setting, Talk } from './model.ts';
import { Verdict } from './outcome.ts';
import type { Player } from './player.ts';
import type { Behavior } from './verdict.ts';

/** What a step of its own kind can do. */
export class StepTalk implements Talk {
  readonly setting: Setting;
  readonly #player: Player;
  readonly #expected: string;

  constructor(player: Player, setting: Setting, expected: string) {
    this.#player = player;
    this.setting = setting;
    this.#expected = expected;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    this.#player.outcome.wire.add('suite', 'bytes', bytes);
    return this.#player.write(bytes);
  }

  send(...frames: readonly Frame[]): Promise<boolean> {
    return this.#player.write(join(...frames.map((frame) => this.#player.encode(frame))));
  }

  next(withinMs?: number): Promise<Incoming | undefined> {
    return this.#player.link.next(this.#player.deadline(withinMs));
  }

  note(behavior: Behavior, reason: string): void {
    this.#player.outcome.note(behavior, reason, this.#expected);
  }

  fail(reason: string, got: string = ''): never {
    throw new Verdict('FAILED', reason, { expected: this.#expected, got });
  }
}
