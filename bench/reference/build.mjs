// Compiles the reference load generator into bench/.build/ when its source is newer, and prints the path of the program.
// Run: node bench/reference/build.mjs
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('epoll-load.c', import.meta.url));
const folder = fileURLToPath(new URL('../.build', import.meta.url));
const program = `${folder}/epoll-load`;

if (!existsSync(program) || statSync(program).mtimeMs < statSync(source).mtimeMs) {
  mkdirSync(folder, { recursive: true });
  execFileSync(process.env.CC ?? 'cc', ['-O2', '-std=c11', '-Wall', '-Wextra', '-Werror', '-o', program, source], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
console.log(program);
