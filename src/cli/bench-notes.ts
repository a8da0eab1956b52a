import { SCENARIOS } from '../bench/index.ts';

// What each scenario is run with in the help text.
const EXAMPLES: Readonly<Record<string, string>> = {
  echo: '-c 50 -p 16 ws://localhost:8080/ws',
  open: '-R 5000 -c 50 ws://localhost:8080/ws',
  curve: '--slo "p99<5ms" -c 50 ws://localhost:8080/ws',
  fanout: '-c 1000 -R 20 ws://localhost:8080/room',
  chat: '-c 100 -R 200 --adapter chat ws://localhost:8080/chat',
  storm: '-c 1000 ws://localhost:8080/ws',
  churn: '-c 20 --messages 10 ws://localhost:8080/ws',
  idle: '--steps 1000,2000,4000 ws://localhost:8080/ws -- node server.js',
  large: '--size 16MiB ws://localhost:8080/ws',
  deflate: '-c 20 ws://localhost:8080/ws',
  slow: '-c 200 --share 10% ws://localhost:8080/room -- node server.js',
  hostile: '--share 10% ws://localhost:8080/ws -- node server.js',
  replay: '--recording session.ndjson ws://localhost:8080/ws',
  script: '--script clients.js ws://localhost:8080/ws',
};

const WIDTH = 100;

/** What the help text says of the scenarios and of exit codes. */
export function benchNotes(): readonly string[] {
  const scenarios = Object.values(SCENARIOS).flatMap(({ name, summary }) => [
    ...folded(`  ${name.padEnd(8)} `, summary),
    `           ws101 bench --scenario ${name} ${EXAMPLES[name] ?? 'ws://localhost:8080/ws'}`,
  ]);
  return [
    'Scenarios, what they do, and an example of each:',
    ...scenarios,
    '',
    'A command behind -- (or in --compare) is started for each run, and ended with all that it started. {port} in the URL',
    'stands for any free port; the command learns it by {port} in its words and by the variable PORT.',
    'Only the command (or --server-pid) tells whose CPU time and memory to measure, and only where there is /proc.',
    '',
    'Gates say VALID, WARN or INVALID, with the reason, for each kind of metric. Ctrl-C ends early with a report of what is there.',
    'Exit codes: 0 fine, 2 usage, 3 wrong data, 4 invalid run, 5 objective missed, 6 worse than the baseline.',
  ].flatMap((line) => folded('', line));
}

function folded(start: string, text: string): string[] {
  const lines: string[] = [];
  let line = start;
  for (const word of text === '' || text.startsWith(' ') ? [text] : text.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = ' '.repeat(start.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
