// Boundary: the numbers of the commands: by receiver, sessions up to REFUSE, HTTP up to FAIL, programs above.

export const SEND = 1;
export const CLOSE = 2;
export const JOIN = 3;
export const LEAVE = 4;
export const BROADCAST = 5;
export const PUBLISH = 6;
export const SET_ATTRIBUTE = 7;
export const ACCEPT = 8;
export const REFUSE = 9;
export const RESPOND = 10;
export const WRITE = 11;
export const FAIL = 12;
export const CLAIM = 13;
export const CONNECT = 14;
export const SEND_CLIENT = 15;
export const CLOSE_CLIENT = 16;

/** The numbers of all commands. */
export const COMMANDS = {
  send: SEND,
  close: CLOSE,
  join: JOIN,
  leave: LEAVE,
  broadcast: BROADCAST,
  publish: PUBLISH,
  setAttribute: SET_ATTRIBUTE,
  accept: ACCEPT,
  refuse: REFUSE,
  respond: RESPOND,
  write: WRITE,
  fail: FAIL,
  claim: CLAIM,
  connect: CONNECT,
  sendClient: SEND_CLIENT,
  closeClient: CLOSE_CLIENT,
} as const;
