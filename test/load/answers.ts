interface Question {
  readonly id: number;
  readonly question: string;
  readonly given: readonly unknown[];
}

/** What a child answers to, by name. */
export type Answers = Readonly<Record<string, (...given: never[]) => unknown>>;

/** Answers the questions of the process that started this one, and ends with it. */
export function answer(answers: Answers): void {
  process.on('message', ({ id, question, given }: Question) => {
    void reply(id, answers[question] as ((...given: readonly unknown[]) => unknown) | undefined, given);
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ ready: true });
}

async function reply(
  id: number,
  call: ((...given: readonly unknown[]) => unknown) | undefined,
  given: readonly unknown[],
): Promise<void> {
  try {
    if (call === undefined) throw new Error('no such question');
    process.send?.({ id, result: await call(...given) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
}
