// Boundary: the check of a whole message of a host: its kind, its members and their ranges.
import { isRecord } from "../checks.ts";
import { ERRORS } from "../errors.ts";
import { BUCKETS } from "../histogram.ts";
import { LOGGED_ERROR_BOUNDS } from "../log-line.ts";
import { commandsProblem, isLimits } from "./command-checks.ts";
import * as is from "./value-checks.ts";

/**
 * Returns what is wrong with a message, in a few words, or null. A script may have written anything to the place where
 * its host's messages come from. `scripts`: the names and
 * keys of the host's scripts, and its own name.
 */
export function messageProblem(message: unknown, scripts: ReadonlySet<unknown>): string | null {
  if (Array.isArray(message)) return commitProblem(message);
  if (!isRecord(message)) return "it is not a message of a host";
  const { kind } = message;
  const check = NOTICES.get(kind);
  if (check === undefined) return `its kind is unknown (${shortOf(kind)})`;
  if (!check(message)) return `its members do not fit its kind (${shortOf(kind)})`;
  const { script } = (message["line"] ?? message["sample"] ?? message["question"] ?? {}) as {
    script?: unknown;
  };
  return script === undefined || scripts.has(script)
    ? null
    : `it names a script of another host (${shortOf(script)})`;
}

function commitProblem(message: readonly unknown[]): string | null {
  if (!isCommit(message)) return "it is not a commit";
  return commandsProblem(message[COMMANDS_AT] as readonly unknown[]);
}

const isCounts = is.listOf(is.isCount);
const COMMANDS_AT = 4;
const isCommit = is.tupleOf(
  is.isCount,
  isCounts,
  isCounts,
  isCounts,
  Array.isArray,
  isCounts,
  is.isBoolean,
  is.isCount,
);

const isTextOrNull = is.either(is.isNull, is.isString);

/** More than any host can have between two lines. */
const MOST_FAULTS = 100_000_000;

const isOptionalLoss = is.optional((count) => is.isCount(count) && (count as number) <= MOST_FAULTS);

const isLogLine = is.recordOf({
  level: is.oneOf("debug", "info", "warn", "error"),
  text: is.isString,
  code: is.either(is.isNull, (code) => typeof code === "string" && Object.hasOwn(ERRORS, code)),
  script: is.isString,
  version: is.isString,
  event: is.isCount,
  fault: is.oneOf(null, "handler", "timer", "rejection", "interrupted", "contract"),
  dropped: isOptionalLoss,
  droppedFaults: isOptionalLoss,
  at: isTextOrNull,
  session: is.optional(is.isString),
  request: is.optional(is.recordOf({ method: is.isString, path: is.isString })),
  err: is.optional(isLoggedError),
});

// A forged one may lead back to itself.
function isLoggedError(value: unknown, depth: number = LOGGED_ERROR_BOUNDS.depth): boolean {
  return isErrorText(value) && isErrorBehind(value["cause"], depth) && isErrorList(value["errors"], depth);
}

function isErrorText(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false;
  const { type, message, stack, code } = value;
  const isText = [type, message, stack].every(isBoundedText);
  return isText && (code === undefined || isBoundedText(code) || is.isFinite(code));
}

function isErrorBehind(value: unknown, depth: number): boolean {
  return value === undefined || (depth > 0 && isLoggedError(value, depth - 1));
}

function isErrorList(value: unknown, depth: number): boolean {
  const isPart: is.Check = (error) => isErrorBehind(error, depth) && error !== undefined;
  return value === undefined || is.listOf(isPart, LOGGED_ERROR_BOUNDS.errors)(value);
}

const isBoundedText: is.Check = (text) =>
  typeof text === "string" && text.length <= 2 * LOGGED_ERROR_BOUNDS.characters;

const isCountsByBucket = is.listOf(is.isCount, BUCKETS);

const isTickSample = is.recordOf({
  script: is.isString,
  lateness: isCountsByBucket,
  cost: isCountsByBucket,
  skipped: is.isCount,
  overload: is.either(is.isNull, is.recordOf({ cost: is.isFinite, period: is.isFinite })),
});

const isBytesOrNull = is.either(is.isNull, is.isBytes);

const isPacked = is.recordOf({
  saved: isBytesOrNull,
  attributes: is.either(
    is.isNull,
    is.recordOf({
      sessions: isCounts,
      keys: is.listOf(is.isString),
      values: is.isBytes,
    }),
  ),
  shared: is.optional(is.recordOf({ script: is.isString, bytes: is.isBytes })),
});

const isFiniteOrNull = is.either(is.isNull, is.isFinite);

const isSchedule = is.recordOf({
  due: isFiniteOrNull,
  period: is.isFinite,
  index: is.isFinite,
  last: isFiniteOrNull,
});

const isState = is.recordOf({
  scripts: is.listOf(is.recordOf({ script: is.isString, schedule: is.either(is.isNull, isSchedule) })),
  draining: isCounts,
});

const isQuestion = is.either(
  is.recordOf({
    kind: is.oneOf("listen"),
    script: is.isString,
    listener: is.isCount,
    port: is.isNumber,
    host: isTextOrNull,
    limits: isLimits,
  }),
  is.recordOf({
    kind: is.oneOf("unlisten"),
    script: is.isString,
    listener: is.isCount,
    keepsSockets: is.optional(is.isBoolean),
  }),
);

const NOTICES: ReadonlyMap<unknown, is.Check> = new Map([
  ["ready", () => true],
  ["log", is.recordOf({ line: isLogLine })],
  ["tickSample", is.recordOf({ sample: isTickSample })],
  ["prepared", is.recordOf({ problem: isTextOrNull })],
  ["sessionState", is.recordOf({ packed: isPacked })],
  [
    "handedOver",
    is.recordOf({
      result: is.either(is.recordOf({ refusal: is.isString }), is.recordOf({ state: isState })),
    }),
  ],
  ["sessionReleased", is.recordOf({ handover: is.recordOf({ session: is.isCount, packed: isPacked }) })],
  ["starting", () => true],
  ["finished", () => true],
  [
    "failing",
    is.recordOf({
      failing: is.recordOf({
        problem: isTextOrNull,
        scripts: is.listOf(is.isString),
        isWhole: is.isBoolean,
      }),
    }),
  ],
  ["follow", () => true],
  ["sync", () => true],
  ["part", is.recordOf({ bytes: is.isBytes })],
  ["question", is.recordOf({ question: isQuestion })],
]);

/** A few characters of a value, for a line of the log. */
function shortOf(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : typeof value;
}
