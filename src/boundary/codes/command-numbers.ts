// Boundary: the numbers of the commands: sessions up to REFUSE, HTTP up to FAIL, programs, sessions from REPORT.

export const SEND = 1;
export const CLOSE = 2;
export const JOIN = 3;
export const LEAVE = 4;
export const BROADCAST = 5;
export const PUBLISH = 6;
export const SET_ATTRIBUTE = 7;
export const ACCEPT = 8;
/** Messages with options. */
export const SEND_WITH = 9;
export const BROADCAST_WITH = 10;
export const PUBLISH_WITH = 11;
export const REFUSE = 12;
export const RESPOND = 13;
export const WRITE = 14;
export const FAIL = 15;
export const CLAIM = 16;
export const CONNECT = 17;
export const SEND_CLIENT = 18;
export const CLOSE_CLIENT = 19;
export const REPORT = 20;
export const SEND_ENVELOPE = 21;
/** A join with options. */
export const JOIN_WITH = 22;

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
  sendWith: SEND_WITH,
  broadcastWith: BROADCAST_WITH,
  publishWith: PUBLISH_WITH,
  refuse: REFUSE,
  respond: RESPOND,
  write: WRITE,
  fail: FAIL,
  claim: CLAIM,
  connect: CONNECT,
  sendClient: SEND_CLIENT,
  closeClient: CLOSE_CLIENT,
  report: REPORT,
  envelope: SEND_ENVELOPE,
  joinWith: JOIN_WITH,
} as const;
