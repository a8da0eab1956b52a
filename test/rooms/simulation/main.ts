import { CALM, ROUGH, WRECKED } from './faults.ts';
import { World } from './world.ts';

const [from = 1, count = 20] = process.argv.slice(2).map(Number);
for (const [name, faults] of Object.entries({ CALM, ROUGH, WRECKED })) {
  const started = performance.now();
  let acked = 0,
    resets = 0,
    repairs = 0;
  const happened = new Set<string>();
  for (let seed = from; seed < from + count; seed++) {
    const ended = await new World(seed, faults).run();
    acked += ended.acked;
    resets += ended.resets;
    repairs += ended.repairs;
    for (const each of ended.happened) happened.add(each);
    if (ended.problems.length > 0) console.log(name, seed, ended.problems.slice(0, 4));
  }
  console.log(name, { acked, resets, repairs, ms: performance.now() - started }, [...happened]);
}
