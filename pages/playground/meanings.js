/** The meaning of a close code, in words. */
export function meaningOf(code) {
  return MEANINGS.get(code) ?? (code >= 4000 ? "the script's own code" : "");
}

const MEANINGS = new Map([
  [1000, "normal closure"],
  [1001, "going away"],
  [1002, "protocol error"],
  [1003, "unsupported data"],
  [1005, "no code was sent"],
  [1006, "no close frame came: the connection was lost or refused"],
  [1007, "the text was not UTF-8"],
  [1008, "policy violation"],
  [1009, "the message was too big"],
  [1011, "the script failed"],
  [1012, "the script was restarted without its state"],
  [1013, "try again later"],
]);
