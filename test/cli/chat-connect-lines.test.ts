import { describe, expect, it } from 'vitest';
import { CHAT_COMMANDS, parseChatLine } from '../../src/cli/chat-connect-lines.ts';

describe('a line of ws101 chat --connect', () => {
  it.each([
    ['hello', { type: 'message', room: 'den', message: 'hello' }],
    [' /leave', { type: 'message', room: 'den', message: ' /leave' }],
    ['//leave', { type: 'message', room: 'den', message: '/leave' }],
    ['/join lobby', { type: 'join', room: 'lobby' }],
    ['/join #lobby ', { type: 'join', room: 'lobby' }],
    ['/leave', { type: 'leave', room: 'den' }],
    ['/who', { type: 'who', room: 'den' }],
    ['/rooms', { type: 'rooms' }],
    ['/rooms den', { type: 'rooms', after: 'den' }],
    ['/history', { type: 'history', room: 'den', limit: 20 }],
    ['/history 100', { type: 'history', room: 'den', limit: 100 }],
    ['/inbox 5', { type: 'history', inbox: true, limit: 5 }],
    ['/msg bob see you', { type: 'direct', to: 'bob', message: 'see you' }],
    ['/msg "ann b" see  you', { type: 'direct', to: 'ann b', message: 'see  you' }],
  ])('%s', (line, request) => {
    expect(parseChatLine(line, 'den')).toEqual({ kind: 'request', request });
  });

  it('asks for nothing when it is blank, and for the end or for help', () => {
    expect(['', ' \t', '/quit', '/help'].map((line) => parseChatLine(line, 'den').kind)).toEqual([
      'nothing',
      'nothing',
      'quit',
      'help',
    ]);
  });

  it.each([
    ['/join', /name of a room/],
    ['/history 0', /1 to 100/],
    ['/history 101', /1 to 100/],
    ['/history x', /1 to 100/],
    ['/msg bob', /\/msg ann hello/],
    ['/dance', /\/help lists them/],
  ])('%s is a mistake, which says what to do', (line, sentence) => {
    expect(() => parseChatLine(line, 'den')).toThrow(sentence);
  });

  it.each(['hello', '/leave', '/who', '/history'])('%s needs a room', (line) => {
    expect(() => parseChatLine(line, undefined)).toThrow('/join one');
  });

  it('is explained by /help, every command of it', () => {
    const listed = CHAT_COMMANDS.join('\n').match(/\/[a-z]+/g);
    expect(listed?.sort()).toEqual([
      '/help',
      '/history',
      '/inbox',
      '/join',
      '/leave',
      '/msg',
      '/quit',
      '/rooms',
      '/who',
    ]);
  });
});
