/** What kept a run from being measured. */
export type FailedPart = 'server' | 'load' | 'interrupted';

/** A run that cannot be measured, or not to its end; the bench goes on to its report. */
export class RunFailure extends Error {
  override readonly name: string = 'RunFailure';
  readonly part: FailedPart;
  /** What was counted until then, by kind. */
  readonly errors: Readonly<Record<string, number>>;

  constructor(part: FailedPart, message: string, errors: Readonly<Record<string, number>> = {}) {
    super(message);
    this.part = part;
    this.errors = errors;
  }
}
