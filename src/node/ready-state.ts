/** Where a `WebSocket` stands (WHATWG WebSockets §3.1). */
export const ReadyState = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;
export type ReadyState = (typeof ReadyState)[keyof typeof ReadyState];

/** Gives a class and its instances the four constants, which nobody can change. */
export function defineReadyStates(owner: { readonly prototype: object }): void {
  for (const target of [owner, owner.prototype]) {
    for (const [name, value] of Object.entries(ReadyState)) {
      Object.defineProperty(target, name, { value, enumerable: true });
    }
  }
}
