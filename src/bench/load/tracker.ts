import type { FaultName } from '../model.ts';
import { Verdict } from './message-check.ts';

/**
 * Follows the answers on one connection, whose messages are numbered from 0, and names what is wrong with them:
 *
 * - **lost**: a number that others have overtaken and that never came;
 * - **duplicated**: a number that had come before;
 * - **reordered**: a number that came after a higher one;
 * - **truncated**: a message that is shorter than it was;
 * - **corrupted**: any other difference, a number included that was never sent.
 *
 * A message with one fault counts as one fault: when its own number cannot be trusted it passes for the next one.
 */
export class Tracker {
  /** One more than the highest number that came. */
  next = 0;
  /** When the message was sent whose number {@link take} gave last. */
  sentAt = 0;
  /** Numbers below {@link next} that have not come, and when each was sent. */
  readonly missing: Map<number, number> = new Map();
  readonly faults: Record<FaultName, number> = { lost: 0, duplicated: 0, reordered: 0, truncated: 0, corrupted: 0 };
  readonly #numbers: number;
  readonly #timeOf: (number: number) => number;

  /**
   * @param numbers after how many numbers they begin again; 1 when messages have none
   * @param timeOf when a message was sent that has not been answered
   */
  constructor(numbers: number, timeOf: (number: number) => number) {
    this.#numbers = numbers;
    this.#timeOf = timeOf;
  }

  /**
   * A message came.
   *
   * @param stated the number in it, -1 when there is none
   * @param sent how many messages were sent
   * @returns the number of the message that it answers; -1 when it answers none
   */
  take(stated: number, verdict: Verdict, sent: number): number {
    if (this.#numbers === 1 && this.next >= sent) {
      this.faults.duplicated++;
      return -1;
    }
    if (verdict === Verdict.SOUND && stated === this.next && stated < sent) {
      this.sentAt = this.#timeOf(stated);
      return this.next++;
    }
    if (verdict === Verdict.TRUNCATED) this.faults.truncated++;
    if (verdict === Verdict.CORRUPTED) this.faults.corrupted++;
    const number = this.#identify(stated, verdict, sent);
    if (number < 0 || number >= sent) return -1;
    if (number < this.next) return this.#takeLate(number, verdict);
    while (this.next < number) this.missing.set(this.next, this.#timeOf(this.next++));
    this.next = number + 1;
    this.sentAt = this.#timeOf(number);
    return number;
  }

  /** The end: what has not come by now is lost. */
  finish(sent: number): void {
    this.faults.lost += this.missing.size + Math.max(0, sent - this.next);
  }

  #identify(stated: number, verdict: Verdict, sent: number): number {
    const number = this.#nearest(stated);
    const isPossible = number >= 0 && number < sent;
    if (verdict === Verdict.SOUND) {
      if (!isPossible) this.faults.corrupted++;
      return isPossible ? number : this.next;
    }
    return isPossible && (number >= this.next || this.missing.has(number)) ? number : this.next;
  }

  /** The number nearest to the next one that is written like this. */
  #nearest(stated: number): number {
    if (this.#numbers === 1) return this.next;
    if (stated < 0) return -1;
    const ahead = (((stated - this.next) % this.#numbers) + this.#numbers) % this.#numbers;
    return this.next + (ahead < this.#numbers / 2 ? ahead : ahead - this.#numbers);
  }

  #takeLate(number: number, verdict: Verdict): number {
    const sentAt = this.missing.get(number);
    if (sentAt === undefined) {
      if (verdict === Verdict.SOUND) this.faults.duplicated++;
      return -1;
    }
    this.missing.delete(number);
    this.sentAt = sentAt;
    this.faults.reordered++;
    return number;
  }
}
