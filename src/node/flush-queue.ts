/** Something whose frames are to be written at the end of this turn of the loop. */
export interface Flushable {
  flush(): void;
}

let waiting: Flushable[] = [];

/** Calls `flush` once when this turn of the loop ends. To be called once a turn for each connection. */
export function flushLater(connection: Flushable): void {
  if (waiting.push(connection) === 1) setImmediate(flushAll);
}

function flushAll(): void {
  const connections = waiting;
  waiting = [];
  for (const connection of connections) connection.flush();
}
