// Our client as an echo. Limits are as high as group 9 needs them.
import { connect } from '../../../src/index.ts';
import { drive } from './drive.js';

const OPTIONS = {
  deflate: { threshold: 0 },
  keepalive: false,
  maxMessageBytes: 64 * 1024 * 1024,
  maxFragments: 1_000_000,
} as const;

await drive(async (url: string) => {
  try {
    const connection = await connect(url, OPTIONS, {
      message: (one, data) => (one.send(data) === 'pressured' ? one.drained() : undefined),
    });
    await connection.closed;
  } catch {
    // Refused by one of both, as a case may want.
  }
});
