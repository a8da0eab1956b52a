// The global WebSocket of Node, Deno and Bun as an echo.
import { drive } from './drive.js';

await drive(
  (url) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url);
      socket.binaryType = 'arraybuffer';
      socket.onmessage = ({ data }) => socket.send(data);
      socket.onerror = () => undefined;
      socket.onclose = resolve;
    }),
);
