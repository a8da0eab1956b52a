// The client of ws, driven through every case that the suite at URL has.
import WebSocket from 'ws';

/** @param {string} path @returns {Promise<string>} the last message, when the connection has ended */
const echo = (path) =>
  new Promise((resolve) => {
    let last = '';
    const socket = new WebSocket(`${process.env.URL}${path}`, { perMessageDeflate: true });
    socket.on('message', (data, isBinary) => {
      last = String(data);
      socket.send(data, { binary: isBinary });
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(last));
  });

const count = Number(await echo('/getCaseCount'));
for (let number = 1; number <= count; number++) await echo(`/runCase?case=${number}&agent=ws`);
await echo('/updateReports?agent=ws');
