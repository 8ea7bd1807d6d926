// Boundary: the checks of commands: of a kind that exists, with arguments of the right types.
import { COMMANDS } from "../codes/command-numbers.ts";
import type { CommandList } from "../commands.ts";
import { isUpgradeHeader } from "../text/header-problem.ts";
import { isPresenceText } from "../rooms/presence.ts";
import { isProtocolName } from "../text/subprotocol.ts";
import { LONGEST_KEY, SLOW_POLICIES } from "../flow/slow-policy.ts";
import * as is from "./value-checks.ts";

/**
 * Returns what is wrong with a list of commands, in a few words, or null. All of it is checked before any of it takes
 * effect; nothing is allocated for a list that is right.
 */
export function commandsProblem(list: CommandList): string | null {
  let at = 0;
  while (at < list.length) {
    const code = list[at];
    const checks = typeof code === "number" ? CHECKS[code] : undefined;
    if (checks === undefined) return `command ${String(list[at])} is unknown`;
    if (at + checks.length >= list.length) return "its last command is cut off";
    for (let argument = 0; argument < checks.length; argument += 1)
      if (!(checks[argument] as is.Check)(list[at + 1 + argument]))
        return argumentProblem(list[at], argument);
    at += 1 + checks.length;
  }
  return null;
}

/** The limits that a program may ask for. */
export const isLimits = is.recordOf({
  maxPayload: is.optional(is.isNumber),
  maxFrame: is.optional(is.isNumber),
  maxBody: is.optional(is.isNumber),
  messageRate: is.optional(is.isNumber),
  messageBurst: is.optional(is.isNumber),
  overRate: is.optional(is.oneOf("delay", "close")),
  maxSessions: is.optional(is.isNumber),
  maxPerAddress: is.optional(is.isNumber),
  countsLoopback: is.optional(is.isBoolean),
  sameOrigin: is.optional(is.isBoolean),
});

const isClaim = is.recordOf({
  kind: is.oneOf("ws", "http"),
  pattern: is.isString,
  awaitsDecision: is.isBoolean,
  wantsPings: is.isBoolean,
  limits: isLimits,
  protocols: is.optional(is.listOf(isProtocol)),
});

/** They are written into the response of a handshake. */
const isHeaders = is.listOf(
  (pair) => Array.isArray(pair) && pair.length === 2 && isUpgradeHeader(pair[0], pair[1]),
);

const isAnswer = is.recordOf({ protocol: is.either(is.isNull, isProtocol), headers: isHeaders });

/** The head of a response comes from a script: whether HTTP can carry it is checked when it is sent. */
const isHead = is.recordOf({ status: is.isSimple, headers: is.listOf(is.tupleOf(is.isSimple, is.isSimple)) });

const isStored = is.either(
  is.isString,
  is.isNumber,
  is.isBoolean,
  (value) => value === undefined,
  is.recordOf({ bytes: is.isBytes, at: is.isCount, of: is.isCount }),
);

/** The options of a message. */
const isKey = is.either(
  is.isNull,
  (key) => typeof key === "string" && key !== "" && key.length <= LONGEST_KEY,
);
const isSlow = is.either(is.isNull, is.oneOf(...SLOW_POLICIES));

/** The arguments of each command. */
const ARGUMENTS: Readonly<Record<keyof typeof COMMANDS, readonly is.Check[]>> = {
  send: [is.isCount, is.isMessageData],
  close: [is.isCount, is.isNumber, is.isString],
  join: [is.isCount, is.isString],
  joinWith: [is.isCount, is.isString, is.isBoolean, is.either(is.isNull, isPresenceText)],
  leave: [is.isCount, is.isString],
  broadcast: [is.isString, is.isMessageData, is.isCount],
  publish: [is.isString, is.isMessageData, is.isCount],
  setAttribute: [is.isCount, is.isString, isStored],
  sendWith: [is.isCount, is.isMessageData, isKey, isSlow],
  broadcastWith: [is.isString, is.isMessageData, is.isCount, isKey, isSlow],
  publishWith: [is.isString, is.isMessageData, is.isCount, isKey, isSlow],
  report: [is.isCount, is.isString, is.isString, is.either(is.isNull, is.isString)],
  envelope: [is.isCount, is.isString],
  accept: [is.isCount, isAnswer],
  refuse: [is.isCount, is.isCount, is.isString, isHeaders],
  respond: [is.isCount, isHead],
  write: [is.isCount, is.either(is.isNull, is.isMessageData), is.isBoolean],
  fail: [is.isCount],
  claim: [is.isString, is.listOf(isClaim)],
  connect: [is.isString, is.isCount, is.isString, is.either(is.isNull, is.isString)],
  sendClient: [is.isCount, is.isMessageData],
  closeClient: [is.isCount, is.isNumber, is.isString],
};

const NAMES = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];

/** By the commands' numbers. */
const CHECKS: (readonly is.Check[] | undefined)[] = [];
for (const name of NAMES) CHECKS[COMMANDS[name]] = ARGUMENTS[name];

function isProtocol(value: unknown): boolean {
  return typeof value === "string" && isProtocolName(value);
}

function argumentProblem(code: unknown, argument: number): string {
  const name = NAMES.find((known) => COMMANDS[known] === code);
  return `argument ${argument + 1} of ${String(name)} is of the wrong type`;
}
