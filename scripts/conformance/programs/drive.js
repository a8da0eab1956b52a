// What the drivers of clients have in common: `DRIVER URL AGENT NUMBERS PARALLEL` asks for the cases with these numbers,
// such as 1-40,52, so many at a time.
import process from 'node:process';

/** Runs the cases with a client that sends back all that comes and resolves when the connection has ended. */
export async function drive(client) {
  const [origin, agent, ranges, parallel] = process.argv.slice(2);
  const numbers = ranges.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  const work = async () => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift())
      await client(`${origin}/runCase?case=${number}&agent=${encodeURIComponent(agent)}`);
  };
  await Promise.all(Array.from({ length: Number(parallel) }, work));
  process.exit(0);
}
