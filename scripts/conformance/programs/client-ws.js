// The client of ws as an echo. Limits are as high as group 9 needs them.
import WebSocket from 'ws';
import { drive } from './drive.js';

const OPTIONS = { perMessageDeflate: { threshold: 0 }, maxPayload: 64 * 1024 * 1024, maxFragments: 0 };

await drive(
  (url) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, OPTIONS);
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
      socket.on('error', () => undefined);
      socket.on('close', resolve);
    }),
);
