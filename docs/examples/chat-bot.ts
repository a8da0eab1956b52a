// A bot for the chat: npx tsx docs/examples/chat-bot.ts ws://localhost:8080/chat lobby
import { ReconnectingWebSocket } from 'ws101';

const [url = 'ws://localhost:8080/chat', room = 'lobby'] = process.argv.slice(2);
const stopOn = ({ code }: { code: number }): boolean => code === 1000 || code >= 4400;
const socket = new ReconnectingWebSocket(url, { protocols: 'ws101.chat.v1', reconnect: { stopOn } });
const unanswered = new Map<string, object>(); // said, and not acknowledged yet
let [session, me] = ['', ''];
let place: object | undefined; // up to where it has read

const send = (message: object | undefined): unknown => message && socket.send(JSON.stringify(message));

process.once('SIGINT', () => socket.close(1000)); // sets the name free
socket.onopen = () => {
  if (!place)
    [
      { type: 'hello', username: 'echo-bot' },
      { type: 'join', room, history: 0 },
    ].forEach(send);
  else send({ type: 'hello', username: 'echo-bot', session, rooms: [place] });
};
socket.onmessage = ({ data }) => {
  const heard = JSON.parse(String(data));
  const { type, id, epoch, seq, timestamp, message = '', code, retryAfterMs } = heard;
  const waitMs = retryAfterMs ?? (code === 'unavailable' ? 1_000 : 0);
  if (type === 'welcome') [session, me] = [heard.session, heard.user];
  if (['joined', 'reset', 'message', 'redact', 'moderation'].includes(type)) place = { room, epoch, seq, timestamp };
  if (type === 'joined') unanswered.forEach(send); // under the same ids, so that nothing is said twice
  if (type === 'message' && heard.user !== me && message.startsWith('!echo ')) {
    const answer = { type: 'message', room, message: message.slice(6), id: `${epoch}-${seq}` };
    send(unanswered.set(answer.id, answer).get(answer.id));
  }
  if (type === 'ack' || (type === 'error' && !waitMs)) unanswered.delete(id);
  if (type === 'error' && waitMs) setTimeout(() => send(unanswered.get(id)), waitMs);
  if (type === 'joined' || type === 'error') console.log(type, message || room);
};
