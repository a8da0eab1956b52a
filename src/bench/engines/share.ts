/** How many of `total` things fall to one of several workers: the first ones take what does not divide. */
export function shareOf(
  total: number,
  { worker, workers }: { readonly worker: number; readonly workers: number },
): number {
  return Math.floor(total / workers) + (worker < total % workers ? 1 : 0);
}

/** Connections are dealt out to workers like cards; this is the number over all workers of one of a worker's own. */
export function globalIndex(
  local: number,
  { worker, workers }: { readonly worker: number; readonly workers: number },
): number {
  return worker + local * workers;
}

/**
 * Whether the thing of this number belongs to a share of all: of any first n things the share belongs, rounded down.
 *
 * @param share 0 to 1
 */
export function belongsToShare(index: number, share: number): boolean {
  return Math.floor((index + 1) * share + EPSILON) > Math.floor(index * share + EPSILON);
}

// A tenth of 10 is 1, not 0.9999.
const EPSILON = 1e-9;
