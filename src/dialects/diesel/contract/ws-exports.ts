import { nearest } from "../../../boundary/nearest.ts";
import { describeShape } from "../../../boundary/shape.ts";
import type { ExportShape, ScriptShape } from "../../../boundary/shape.ts";
import type { RunOptions } from "../../../boundary/script-info.ts";
import { defaultRunOptions } from "../../../boundary/script-info.ts";

/** What a `ws` script asks of the server by its exports. */
export interface WsContract {
  /** The handlers that it has, in the order of the documentation. */
  readonly handlers: string[];
  /** Ticks per second, or null when it is no real-time script. */
  readonly tickRate: number | null;
  readonly scope: "connection" | "route";
  readonly threads: number;
  readonly runOptions: RunOptions;
}

/** What an HTTP script asks of the server by its exports. */
export interface HttpContract {
  /** `GET`, `POST` and so on, or `handleRequest` alone. */
  readonly handlers: string[];
}

/** What a cron file asks of the server by its exports. */
export interface CronContract {
  readonly schedule: string;
  readonly timezone: string | null;
}

type Checked<Contract> = { readonly contract: Contract } | { readonly problems: string[] };

const wsHandlers = [
  ...["onOpen", "onMessage", "onClose", "onTick", "onBinary", "onError", "onUpgrade", "onReload"],
  ...["saveState", "restoreState"],
];
/** Handlers that a route can be for; the others serve these. */
const wsPurposes = ["onOpen", "onMessage", "onClose", "onTick", "onBinary", "onUpgrade"];
const tickSettings = ["overload", "catchUpLimit", "tickWhenEmpty", "fixedDelta"];
const wsSettings = ["tickRate", "scope", "threads", "isolation", ...tickSettings];
const mostCaughtUp = 1_000;
const httpMethods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const fastestTick = 1_000;
const mostThreads = 64;

/** Checks what a `ws` script exports. Each problem is one line without the script's name. */
export function checkWsExports({ exports }: ScriptShape): Checked<WsContract> {
  const handlers = wsHandlers.filter((name) => has(exports, name));
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

/** Checks what an HTTP script exports. Each problem is one line without the script's name. */
export function checkHttpExports({ exports }: ScriptShape): Checked<HttpContract> {
  const known = [...httpMethods, "handleRequest"];
  const handlers = known.filter((name) => has(exports, name));
  const problems = [...misspelt(exports, known), ...noFunctions(exports, handlers)];
  const methods = handlers.filter((name) => name !== "handleRequest");
  if (methods.length > 0 && handlers.length > methods.length) {
    problems.push(`exports handleRequest and ${methods.join(" and ")}; keep handleRequest, or the methods`);
  }
  if (problems.length === 0 && handlers.length === 0) problems.push(noHandler(exports, known));
  return problems.length > 0 ? { problems } : { contract: { handlers } };
}

/** Checks what a cron file exports, as it was read without running it. */
export function checkCronExports({ exports }: ScriptShape): Checked<CronContract> {
  const problems = misspelt(exports, ["schedule", "timezone"]);
  const schedule = textOf(exports, "schedule");
  const timezone = textOf(exports, "timezone");
  const literal = "written as a literal, because the file is not run to read it";
  if (schedule === null && problems.length === 0) {
    problems.push(`schedule must be a text ${literal}, as "0 * * * *"; it is ${found(exports, "schedule")}`);
  }
  if (has(exports, "timezone") && timezone === null) {
    problems.push(
      `timezone must be a text ${literal}, as "Europe/Berlin"; it is ${found(exports, "timezone")}`,
    );
  }
  return problems.length > 0 || schedule === null ? { problems } : { contract: { schedule, timezone } };
}

function runOptionsOf(exports: ScriptShape["exports"]): RunOptions {
  return {
    isolation: textOf(exports, "isolation") === "process" ? "process" : "thread",
    threads: numberOf(exports, "threads") ?? defaultRunOptions.threads,
    overload: textOf(exports, "overload") === "catch-up" ? "catch-up" : "skip",
    catchUpLimit: numberOf(exports, "catchUpLimit") ?? defaultRunOptions.catchUpLimit,
    tickWhenEmpty: isTrue(exports, "tickWhenEmpty"),
    fixedDelta: isTrue(exports, "fixedDelta"),
  };
}

function wrongChoices(exports: ScriptShape["exports"]): string[] {
  const choices = [
    ["scope", "connection", "route"],
    ["isolation", "thread", "process"],
    ["overload", "skip", "catch-up"],
  ] as const;
  const texts = choices.filter(([name, ...known]) => {
    return has(exports, name) && !known.some((text) => text === textOf(exports, name));
  });
  const flags = ["tickWhenEmpty", "fixedDelta"].filter(
    (name) => has(exports, name) && !isFlag(exports, name),
  );
  return [
    ...texts.map(([name, a, b]) => `${name} must be "${a}" or "${b}"; it is ${found(exports, name)}`),
    ...flags.map((name) => `${name} must be true or false; it is ${found(exports, name)}`),
  ];
}

function wrongSettings(exports: ScriptShape["exports"]): string[] {
  const problems: string[] = [];
  const rate = numberOf(exports, "tickRate");
  if (has(exports, "tickRate") && !(rate !== null && rate > 0 && rate <= fastestTick)) {
    const expected = `a number of ticks per second, above 0 and up to ${fastestTick}`;
    problems.push(`tickRate must be ${expected}; it is ${found(exports, "tickRate")}`);
  }
  problems.push(...wrongChoices(exports));
  for (const [name, most] of [
    ["threads", mostThreads],
    ["catchUpLimit", mostCaughtUp],
  ] as const) {
    const number = numberOf(exports, name) ?? 0;
    if (!has(exports, name) || (Number.isInteger(number) && number >= 1 && number <= most)) continue;
    problems.push(`${name} must be a whole number from 1 to ${most}; it is ${found(exports, name)}`);
  }
  return problems;
}

function contradictions(exports: ScriptShape["exports"]): string[] {
  const problems: string[] = [];
  const realTime = has(exports, "tickRate");
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
  const idle = realTime ? [] : tickSettings.filter((name) => has(exports, name));
  problems.push(
    ...idle.map((name) => `${name} is about ticks, and there are none without tickRate; remove it`),
  );
  if (!realTime && has(exports, "onTick")) {
    problems.push("onTick is never called without tickRate; add for example: export const tickRate = 20");
  }
  return problems;
}

// Only when the right name is missing: beside `onMessage`, a helper may well be called `onMessages`.
function misspelt(exports: ScriptShape["exports"], known: readonly string[]): string[] {
  return Object.keys(exports).flatMap((name) => {
    if (known.includes(name)) return [];
    // One slip, no more: a helper that is called `onTime` is no `onTick`.
    const meant = nearest(name, known, 1);
    return meant === null || has(exports, meant) ? [] : [`exports "${name}"; did you mean "${meant}"?`];
  });
}

function noFunctions(exports: ScriptShape["exports"], handlers: readonly string[]): string[] {
  const wrong = handlers.filter((name) => exports[name]?.type !== "function");
  return wrong.map((name) => `${name} must be a function; it is ${found(exports, name)}`);
}

function noHandler(exports: ScriptShape["exports"], known: readonly string[]): string {
  const names = Object.keys(exports);
  const exported = names.length === 0 ? "exports nothing" : `exports no handler, only ${names.join(", ")}`;
  return `${exported}; export at least one function of ${known.join(", ")}`;
}

function has(exports: ScriptShape["exports"], name: string): boolean {
  return Object.hasOwn(exports, name);
}

function shapeAt(exports: ScriptShape["exports"], name: string): ExportShape | undefined {
  return has(exports, name) ? exports[name] : undefined;
}

function found(exports: ScriptShape["exports"], name: string): string {
  const shape = shapeAt(exports, name);
  return shape === undefined ? "missing" : describeShape(shape);
}

function numberOf(exports: ScriptShape["exports"], name: string): number | null {
  const shape = shapeAt(exports, name);
  return shape?.type === "data" && typeof shape.value === "number" ? shape.value : null;
}

function textOf(exports: ScriptShape["exports"], name: string): string | null {
  const shape = shapeAt(exports, name);
  return shape?.type === "data" && typeof shape.value === "string" ? shape.value : null;
}

function isFlag(exports: ScriptShape["exports"], name: string): boolean {
  const shape = shapeAt(exports, name);
  return shape?.type === "data" && typeof shape.value === "boolean";
}

function isTrue(exports: ScriptShape["exports"], name: string): boolean {
  const shape = shapeAt(exports, name);
  return shape?.type === "data" && shape.value === true;
}
