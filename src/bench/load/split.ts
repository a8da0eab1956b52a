/** The part of `total` things that falls to one of several workers: how many, and the number of the first. */
export function partOf(
  total: number,
  worker: number,
  workers: number,
): { readonly count: number; readonly first: number } {
  const each = Math.floor(total / workers);
  const more = total % workers;
  return { count: each + (worker < more ? 1 : 0), first: worker * each + Math.min(worker, more) };
}

/** Runs `job` for the numbers from 0 to `count - 1`, at most `width` of them at once. Jobs do not reject. */
export async function inParallel(count: number, width: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const runner = async (): Promise<void> => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, runner));
}
