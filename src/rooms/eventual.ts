/**
 * A value, or the promise of one. What is at hand is given at once, so that rooms within one process wait for no turn of the loop;
 * what has to be fetched is promised. Read it with {@link whenReady}, or `await` it where a turn costs nothing.
 */
export type Eventual<T> = T | Promise<T>;

/** Calls `next` with the value: at once if it is there, else when it comes. Gives what `next` gave, which is as eventual. */
export function whenReady<T, R>(value: Eventual<T>, next: (value: T) => Eventual<R>): Eventual<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
