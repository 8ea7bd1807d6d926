// Dialect: the exports that a WebSocket script may have.
import type { RunOptions } from "../../../boundary/script-info.ts";
import { defaultRunOptions } from "../../../boundary/script-info.ts";
import type { ScriptShape } from "../../../boundary/shape.ts";
import {
  found,
  isFlag,
  isTrue,
  misspelt,
  noFunctions,
  noHandler,
  numberOf,
  textOf,
  type Checked,
  type Exports,
} from "./read-exports.ts";

/** At least one handler that is a reason for a route, settings within their bounds, and no contradiction. */
export function checkWsExports({ exports }: ScriptShape): Checked<WsContract> {
  const handlers = wsHandlers.filter((name) => Object.hasOwn(exports, name));
  const contract: WsContract = {
    handlers,
    tickRate: numberOf(exports, "tickRate"),
    scope:
      numberOf(exports, "tickRate") !== null || textOf(exports, "scope") === "route" ? "route" : "connection",
    threads: numberOf(exports, "threads") ?? 1,
    runOptions: runOptionsOf(exports),
  };
  const problems = [
    ...misspelt(exports, [...wsHandlers, ...wsSettings]),
    ...noFunctions(exports, handlers),
    ...wrongSettings(exports),
  ];
  if (problems.length === 0) problems.push(...contradictions(exports));
  const purposeless = !wsPurposes.some((name) => handlers.includes(name));
  if (problems.length === 0 && purposeless) problems.push(noHandler(exports, wsPurposes));
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
}

const wsHandlers = [
  ...["onOpen", "onMessage", "onClose", "onTick", "onBinary", "onError", "onUpgrade", "onReload"],
  ...["saveState", "restoreState"],
];
/** Each of these is a reason for a route; the other handlers only support them. */
const wsPurposes = ["onOpen", "onMessage", "onClose", "onTick", "onBinary", "onUpgrade"];
const tickSettings = ["overload", "catchUpLimit", "tickWhenEmpty", "fixedDelta"];
const wsSettings = ["tickRate", "scope", "threads", "isolation", ...tickSettings];
const mostCaughtUp = 1_000;
const fastestTick = 1_000;
const mostThreads = 64;

function runOptionsOf(exports: Exports): RunOptions {
  return {
    isolation: textOf(exports, "isolation") === "process" ? "process" : "thread",
    threads: numberOf(exports, "threads") ?? defaultRunOptions.threads,
    overload: textOf(exports, "overload") === "catch-up" ? "catch-up" : "skip",
    catchUpLimit: numberOf(exports, "catchUpLimit") ?? defaultRunOptions.catchUpLimit,
    tickWhenEmpty: isTrue(exports, "tickWhenEmpty"),
    fixedDelta: isTrue(exports, "fixedDelta"),
  };
}

function wrongChoices(exports: Exports): string[] {
  const choices = [
    ["scope", "connection", "route"],
    ["isolation", "thread", "process"],
    ["overload", "skip", "catch-up"],
  ] as const;
  const texts = choices.filter(([name, ...known]) => {
    return Object.hasOwn(exports, name) && !known.some((text) => text === textOf(exports, name));
  });
  const flags = ["tickWhenEmpty", "fixedDelta"].filter(
    (name) => Object.hasOwn(exports, name) && !isFlag(exports, name),
  );
  return [
    ...texts.map(([name, a, b]) => `${name} must be "${a}" or "${b}"; it is ${found(exports, name)}`),
    ...flags.map((name) => `${name} must be true or false; it is ${found(exports, name)}`),
  ];
}

function wrongSettings(exports: Exports): string[] {
  const problems: string[] = [];
  const rate = numberOf(exports, "tickRate");
  if (Object.hasOwn(exports, "tickRate") && !(rate !== null && rate > 0 && rate <= fastestTick)) {
    const expected = `a number of ticks per second, above 0 and up to ${fastestTick}`;
    problems.push(`tickRate must be ${expected}; it is ${found(exports, "tickRate")}`);
  }
  problems.push(...wrongChoices(exports));
  for (const [name, most] of [
    ["threads", mostThreads],
    ["catchUpLimit", mostCaughtUp],
  ] as const) {
    const number = numberOf(exports, name) ?? 0;
    if (!Object.hasOwn(exports, name) || (Number.isInteger(number) && number >= 1 && number <= most))
      continue;
    problems.push(`${name} must be a whole number from 1 to ${most}; it is ${found(exports, name)}`);
  }
  return problems;
}

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
  const idle = realTime ? [] : tickSettings.filter((name) => Object.hasOwn(exports, name));
  problems.push(
    ...idle.map((name) => `${name} has no effect without tickRate; remove it, or export tickRate`),
  );
  if (!realTime && Object.hasOwn(exports, "onTick")) {
    problems.push("onTick is never called without tickRate; add for example: export const tickRate = 20");
  }
  return problems;
}
