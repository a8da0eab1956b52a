import { FAULTS } from './faults.ts';
import { World } from './world.ts';

const USAGE = `Usage: tsx test/rooms/simulation/main.ts [first seed] [how many seeds]

Simulates nodes, rooms and clients on a broker at the end of a bad line. Exit code 1 when something does not hold.`;

const [first = 1, count = 100] = process.argv.slice(2).map(Number);
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count)) console.log(USAGE);
else {
  for (const [name, faults] of FAULTS) {
    let acked = 0;
    for (let seed = first; seed < first + count; seed++) {
      const ended = await new World(seed, faults).run();
      acked += ended.acked;
      if (ended.problems.length === 0) continue;
      process.exitCode = 1;
      console.error(`${name}, seed ${seed}: ${ended.problems.join('; ')}`);
    }
    console.log(`${name}: ${count} seeds from ${first} on, ${acked} messages acknowledged`);
  }
}
