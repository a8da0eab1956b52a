// Deno's server as an echo. It has no permessage-deflate and no limits to raise.
import process from 'node:process';

const REFUSAL = {
  status: 426,
  headers: { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13' },
};

Deno.serve({ hostname: '127.0.0.1', port: Number(process.env.PORT), onListen() {} }, (request) => {
  const protocols = (request.headers.get('upgrade') ?? '').toLowerCase().split(/\s*,\s*/);
  if (!protocols.includes('websocket')) return new Response('', REFUSAL);
  try {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => socket.send(data);
    socket.onerror = () => undefined;
    return response;
  } catch {
    return new Response('', REFUSAL);
  }
});
