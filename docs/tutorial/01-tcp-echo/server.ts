// Step 1: a TCP echo. Every byte goes back as it came.
import { createServer, type Socket } from 'node:net';

// #region serve
function serve(socket: Socket): void {
  socket.on('data', (chunk) => {
    console.log(`${chunk.length} bytes`);
    socket.write(chunk);
  });
  socket.on('error', (error) => console.log(error.message));
}
// #endregion

// #region listen
const server = createServer(serve);
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log('listening on', server.address()));
// #endregion
