// Both ends of an opening handshake, without a socket.
import {
  checkUpgradeResponse,
  createKey,
  decideUpgrade,
  encodeAcceptResponse,
  encodeUpgradeRequest,
  parseRequestHead,
  parseResponseHead,
} from 'ws101/handshake';

const key = createKey(crypto.getRandomValues(new Uint8Array(16)));
const request = encodeUpgradeRequest({ host: 'example.test', target: '/chat', key, protocols: ['v2', 'v1'] });

const decision = decideUpgrade(parseRequestHead(request), { origin: 'same', secure: false });
if (decision.kind !== 'upgrade') throw new Error(decision.kind);
console.log('asked for', decision.request.protocols);
const response = encodeAcceptResponse({ accept: decision.request.accept, protocol: 'v2' });

const agreed = checkUpgradeResponse(parseResponseHead(response), { key, protocols: ['v2', 'v1'], extensions: [] });
console.log('agreed on', agreed.protocol);
