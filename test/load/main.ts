/** All drills, one after the other: `npm run test:load`, with `-- --quick` in seconds and `-- --json` for programs. */
import { drill as churn } from './churn.ts';
import { drill as continuations } from './continuations.ts';
import { drill as deflateBomb } from './deflate-bomb.ts';
import { runProgram } from './drill.ts';
import { drill as fairness } from './fairness.ts';
import { drill as idleChat } from './idle-chat.ts';
import { drill as nonReading } from './non-reading.ts';
import { drill as pings } from './pings.ts';
import { drill as roomTour } from './room-tour.ts';
import { drill as silent } from './silent.ts';
import { drill as slowHandshake } from './slow-handshake.ts';
import { drill as stalledMembers } from './stalled-members.ts';

await runProgram([
  nonReading,
  continuations,
  pings,
  deflateBomb,
  slowHandshake,
  silent,
  stalledMembers,
  churn,
  fairness,
  idleChat,
  roomTour,
]);
