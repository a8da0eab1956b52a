// A client for `ws101 bench --scenario script`: it runs once per connection, all at the same time.
// Run: npx ws101 bench --scenario script --file docs/examples/bench-script.mjs -c 20 ws://localhost:8080/ws
// @ts-check

/** @typedef {import('ws101').Connection} Connection */

/**
 * @typedef {object} Context
 * @property {number} index the number of this client, from 0
 * @property {AbortSignal} signal aborted when the bench is over
 * @property {(options?: object) => Promise<Connection>} connect opens a connection to the server that is measured
 * @property {<Result>(work: () => Promise<Result>) => Promise<Result>} measure times one thing for the report
 * @property {(text: string) => void} log says something on standard error
 * @property {() => number} random from 0 to 1, the same for the same --seed
 */

/** @param {Context} context */
export async function client({ index, signal, connect, measure, random }) {
  const connection = await connect();
  for (let round = 0; !signal.aborted; round++) {
    const question = `client ${index} asks for the ${round}. time: ${'?'.repeat(Math.ceil(random() * 100))}`;
    const answer = await measure(async () => {
      connection.send(question);
      return connection.receive({ signal });
    });
    // What is thrown ends this client, and is counted as an error in the report.
    if (answer !== question) throw new Error('the answer is not the question');
  }
}
