// Dialect: the exports that a WebSocket script may have.
import type { RunOptions } from "../../../boundary/script-info.ts";
import { SLOW_POLICIES } from "../../../boundary/flow/slow-policy.ts";
import { defaultRunOptions } from "../../../boundary/script-info.ts";
import type { ScriptLimits } from "../../../boundary/turn/route-limits.ts";
import type { ScriptShape } from "../../../boundary/shape.ts";
import { isProtocolName } from "../../../boundary/text/subprotocol.ts";
import { wrongToken } from "./token-export.ts";
import type { ContractFacts } from "../../../boundary/contract/contract-facts.ts";
import { historyIn, wrongHistory } from "./history-export.ts";
import type { HistoryRules } from "../../../boundary/rooms/history-rules.ts";
import { limitsIn, wrongLimits } from "./limits-export.ts";
import { messageExports, messagesIn, wrongMessages } from "./message-exports.ts";
import { similarExports, type KnownExports } from "./similar-exports.ts";
import {
  found,
  isFlag,
  isTrue,
  misplacedHooks,
  noFunctions,
  noHandler,
  numberOf,
  textOf,
  textsOf,
  type Checked,
  type Exports,
} from "./read-exports.ts";

/** At least one handler that is a reason for a route, settings within their bounds, and no contradiction. */
export function checkWsExports({ exports }: ScriptShape): Checked<WsContract> {
  const handlers = wsHandlers.filter((name) => Object.hasOwn(exports, name));
  const typed = messageExports(exports);
  const contract: WsContract = {
    handlers: [...handlers, ...typed],
    tickRate: numberOf(exports, "tickRate"),
    scope:
      numberOf(exports, "tickRate") !== null || textOf(exports, "scope") === "route" ? "route" : "connection",
    threads: numberOf(exports, "threads") ?? 1,
    runOptions: runOptionsOf(exports),
    ...protocolsOf(exports),
    ...limitsIn(exports),
    ...resumeIn(exports),
    ...historyIn(exports),
    ...messagesIn(exports),
  };
  const problems = [...noFunctions(exports, handlers), ...wrongSettings(exports)];
  if (problems.length === 0) problems.push(...contradictions(exports));
  const purposeless = !wsPurposes.some((name) => contract.handlers.includes(name));
  if (problems.length === 0 && purposeless)
    problems.push(noHandler(exports, wsPurposes, similarExports(exports, wsKnown)));
  return problems.length > 0 ? { problems } : { contract };
}

/** The contract of a WebSocket script. */
export interface WsContract {
  /** The names of its handlers, in the order of the documentation. */
  readonly handlers: string[];
  /** Ticks per second, or null for a script without ticks. */
  readonly tickRate: number | null;
  readonly scope: "connection" | "route";
  readonly threads: number;
  readonly runOptions: RunOptions;
  readonly protocols?: readonly string[];
  readonly limits?: ScriptLimits;
  readonly resume?: number;
  readonly history?: HistoryRules;
  readonly messages?: ContractFacts;
  readonly isTyped?: true;
}

const wsHandlers = [
  ...["onOpen", "onMessage", "onClose", "onTick", "onBinary", "onError", "onUpgrade", "onReload"],
  ...["onDrain", "onAway", "onReturn", "saveState", "restoreState", "onStart", "onStop"],
];
/** Each of these is a reason for a route; the other handlers only support them. */
const wsPurposes = ["onOpen", "onMessage", "onClose", "onTick", "onBinary", "onUpgrade", "on", "calls"];
const tickSettings = ["overload", "catchUpLimit", "tickWhenEmpty", "fixedDelta"];
const wsSettings = [
  "tickRate",
  "scope",
  "threads",
  "isolation",
  "protocols",
  "slow",
  "limits",
  "resume",
  "history",
  "token",
  ...tickSettings,
];
/** What has an effect in a WebSocket script. */
export const wsKnown: KnownExports = { handlers: wsHandlers, settings: wsSettings };
const mostCaughtUp = 1_000;
const fastestTick = 1_000;
const mostThreads = 64;
const longestResume = 86_400;
const wholeNumbers = [
  ["threads", 1, mostThreads],
  ["catchUpLimit", 1, mostCaughtUp],
  ["resume", 0, longestResume],
] as const;

function runOptionsOf(exports: Exports): RunOptions {
  return {
    isolation: textOf(exports, "isolation") === "process" ? "process" : "thread",
    threads: numberOf(exports, "threads") ?? defaultRunOptions.threads,
    overload: textOf(exports, "overload") === "catch-up" ? "catch-up" : "skip",
    catchUpLimit: numberOf(exports, "catchUpLimit") ?? defaultRunOptions.catchUpLimit,
    tickWhenEmpty: isTrue(exports, "tickWhenEmpty"),
    fixedDelta: isTrue(exports, "fixedDelta"),
    ...slowOption(exports),
  };
}

function slowOption(exports: Exports): Pick<RunOptions, "slow"> {
  const slow = SLOW_POLICIES.find((policy) => policy === textOf(exports, "slow"));
  return slow === undefined ? {} : { slow };
}

function resumeIn(exports: Exports): Pick<WsContract, "resume"> {
  const resume = numberOf(exports, "resume");
  return resume === null ? {} : { resume };
}

function wrongChoices(exports: Exports): string[] {
  const choices = [
    ["scope", "connection", "route"],
    ["isolation", "thread", "process"],
    ["overload", "skip", "catch-up"],
    ["slow", ...SLOW_POLICIES],
  ];
  const texts = choices.filter(([name, ...known]) => {
    return (
      name !== undefined &&
      Object.hasOwn(exports, name) &&
      !known.some((text) => text === textOf(exports, name))
    );
  });
  const flags = ["tickWhenEmpty", "fixedDelta"].filter(
    (name) => Object.hasOwn(exports, name) && !isFlag(exports, name),
  );
  return [
    ...texts.map(([name = "", ...known]) => `${name} must be ${oneOf(known)}; it is ${found(exports, name)}`),
    ...flags.map((name) => `${name} must be true or false; it is ${found(exports, name)}`),
  ];
}

function oneOf(known: readonly string[]): string {
  const quoted = known.map((text) => `"${text}"`);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

function wrongSettings(exports: Exports): string[] {
  const problems: string[] = [];
  const rate = numberOf(exports, "tickRate");
  if (Object.hasOwn(exports, "tickRate") && !(rate !== null && rate > 0 && rate <= fastestTick)) {
    const expected = `a number of ticks per second, above 0 and up to ${fastestTick}`;
    problems.push(`tickRate must be ${expected}; it is ${found(exports, "tickRate")}`);
  }
  problems.push(...wrongChoices(exports), ...wrongProtocols(exports), ...wrongLimits(exports));
  problems.push(...wrongToken(exports), ...wrongMessages(exports), ...wrongHistory(exports));
  for (const [name, least, most] of wholeNumbers) {
    const number = numberOf(exports, name) ?? -1;
    if (!Object.hasOwn(exports, name) || (Number.isInteger(number) && number >= least && number <= most))
      continue;
    problems.push(`${name} must be a whole number from ${least} to ${most}; it is ${found(exports, name)}`);
  }
  return problems;
}

function protocolsOf(exports: Exports): Pick<WsContract, "protocols"> {
  const protocols = textsOf(exports, "protocols");
  return protocols === null ? {} : { protocols };
}

function wrongProtocols(exports: Exports): string[] {
  if (!Object.hasOwn(exports, "protocols")) return [];
  const example = 'as in export const protocols = ["chat.v2", "chat.v1"]';
  const names = textsOf(exports, "protocols");
  if (names === null)
    return [`protocols must be an array of strings, ${example}; it is ${found(exports, "protocols")}`];
  const wrong = names.find((name) => !isProtocolName(name));
  if (names.length === 0) return [`protocols must name at least one subprotocol, ${example}; it is empty`];
  if (wrong !== undefined)
    return [`protocols has ${JSON.stringify(wrong)}; a subprotocol is one word without spaces and commas`];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  return twice === undefined ? [] : [`protocols has ${JSON.stringify(twice)} twice; remove one of them`];
}

const SHARE = ', or share the state by: export const scope = "route"';

function contradictions(exports: Exports): string[] {
  const problems: string[] = [];
  const realTime = Object.hasOwn(exports, "tickRate");
  const scope = textOf(exports, "scope");
  const spread = (numberOf(exports, "threads") ?? 1) > 1;
  if (realTime && scope === "connection") {
    problems.push(
      'tickRate gives the route one state, scope = "connection" one to each connection; remove one',
    );
  }
  if (realTime && spread)
    problems.push("tickRate needs one thread, threads asks for several; remove one of them");
  if (!realTime && scope === "route" && spread) {
    problems.push('scope = "route" needs one thread, threads asks for several; remove one of them');
  }
  if (!realTime && scope !== "route") problems.push(...misplacedHooks(exports, "each connection", SHARE));
  const idle = realTime ? [] : tickSettings.filter((name) => Object.hasOwn(exports, name));
  problems.push(
    ...idle.map((name) => `${name} has no effect without tickRate; remove it, or export tickRate`),
  );
  if (!realTime && Object.hasOwn(exports, "onTick")) {
    problems.push("onTick is never called without tickRate; add for example: export const tickRate = 20");
  }
  return problems;
}
