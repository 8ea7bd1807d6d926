import { describe, expect, test } from "vitest";
import type { CommandReceivers } from "../../../src/boundary/commands.ts";
import { playCommands } from "../../../src/boundary/play/play-commands.ts";
import { messageProblem } from "../../../src/boundary/guard/message-checks.ts";
import { RIGHTS, rightsOf } from "../../../src/boundary/guard/rights.ts";
import { HostFuzzer } from "../../support/host-fuzzer.ts";

const SCRIPTS = new Set(["ws/a.js", "/ws/a"]);
const WORLD = { own: [1, 2], others: [3, 4], scripts: ["ws/a.js"], names: ["ws/b.js", "hall", "/ws/b"] };

const commit = (commands: unknown): unknown[] => [0, [], [], [], commands, [], false, 0];
const LINE = {
  level: "info",
  text: "x",
  code: null,
  script: "ws/a.js",
  version: "",
  event: 0,
  fault: null,
  at: null,
};

describe("a message of a host is refused when", () => {
  test.each<[string, unknown]>([
    ["it is a text", "hello"],
    ["it is null", null],
    ["it is a list of numbers", [1, 2, 3, 4, 5, 6, 7]],
    ["its kind is unknown", { kind: "echo" }],
    ["its kind is a member of every object", { kind: "constructor" }],
    ["a commit acknowledges a negative number", [-1, [], [], [], [], [], false, 0]],
    ["a commit acknowledges a fraction", [0.5, [], [], [], [], [], false, 0]],
    ["a list of a commit has a hole", [0, Array(1), [], [], [], [], false, 0]],
    ["a list of a commit claims a length of billions", [0, Array(4_000_000_000), [], [], [], [], false, 0]],
    ["a command is unknown", commit([99, 1, "x"])],
    ["a command is a fraction", commit([1.5, 1, "x"])],
    ["a command is a number in quotes", commit(["1", 1, "x"])],
    ["a command is the name of a method", commit(["push", 1, "x"])],
    ["the last command is cut off", commit([1, 1])],
    ["a command list claims a length of billions", commit(Array(4_000_000_000))],
    ["it sends to no session", commit([1, "1", "x"])],
    ["it sends a number", commit([1, 1, 7])],
    ["it sends words of two bytes", commit([1, 1, new Uint16Array(2)])],
    ["it sends shared memory", commit([1, 1, new Uint8Array(new SharedArrayBuffer(2))])],
    ["it sets an attribute to an object", commit([7, 1, "key", { user: 1 }])],
    ["it sets an attribute to a module", commit([7, 1, "key", { bytes: "x", at: 0, of: 1 }])],
    ["a session shows what is no object", commit([22, 1, "hall", false, '"x"'])],
    ["a session shows the id of another one", commit([22, 1, "hall", false, '{"id":"x","data":1}'])],
    ["what a session shows ends its object", commit([22, 1, "hall", false, '{"data":1},{"data":2}'])],
    ["a response has headers that are no pairs", commit([13, 1, { status: 200, headers: ["x"] }])],
    ["a response has an object as a header", commit([13, 1, { status: 200, headers: [["x", {}]] }])],
    ["a claim is of an unknown kind", commit([16, "ws/a.js", [{ kind: "tcp" }]])],
    ["a log line has an unknown level", { kind: "log", line: { ...LINE, level: "none" } }],
    ["a log line has no line", { kind: "log" }],
    ["a log line names another script", { kind: "log", line: { ...LINE, script: "ws/b.js" } }],
    ["a log line has the code of another program", { kind: "log", line: { ...LINE, code: "toString" } }],
    [
      "a tick sample has more counts than there are buckets",
      {
        kind: "tickSample",
        sample: { script: "ws/a.js", lateness: Array(129).fill(0), cost: [], skipped: 0, overload: null },
      },
    ],
    ["a handover has no result", { kind: "handedOver" }],
    ["state of sessions is no bytes", { kind: "sessionState", packed: { saved: [1], attributes: null } }],
    ["a question is of an unknown kind", { kind: "question", question: { kind: "exec", script: "ws/a.js" } }],
  ])("%s", (_what, message) => {
    expect(messageProblem(message, SCRIPTS)).toMatch(/\w/);
  });

  test.each<[string, unknown]>([
    ["a commit", commit([1, 1, "x", 1, 2, new Uint8Array(1), 2, 1, NaN, "", 7, 1, "key", undefined])],
    [
      "a response with a status that HTTP lacks",
      commit([13, 1, { status: "x", headers: [["a", undefined]] }]),
    ],
    ["a session that shows something", commit([22, 1, "hall", true, '{"key":"u","data":null}'])],
    ["a log line of the host itself", { kind: "log", line: { ...LINE, script: "/ws/a" } }],
    ["a state in parts", { kind: "sessionState", packed: { saved: null, attributes: null } }],
  ])("no fault is found in %s", (_what, message) => {
    expect(messageProblem(message, SCRIPTS)).toBeNull();
  });
});

/** Receivers that take nothing but what their types say. */
function strictReceivers(): CommandReceivers {
  const types: Record<string, string> = {
    send: "ndo",
    close: "#ns",
    join: "nsj",
    leave: "ns",
    broadcast: "sdno",
    publish: "sdno",
    setAttribute: "nsv",
    accept: "na",
    refuse: "nnsH",
    respond: "nh",
    write: "nDb",
    fail: "n",
    claim: "sc",
    connect: "snp",
    sendClient: "nd",
    closeClient: "n#s",
    report: "nssS",
    envelope: "ns",
  };
  const fits: Record<string, (value: unknown) => boolean> = {
    n: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
    "#": (value) => typeof value === "number",
    s: (value) => typeof value === "string",
    S: (value) => value === null || typeof value === "string",
    b: (value) => typeof value === "boolean",
    d: (value) => typeof value === "string" || value instanceof Uint8Array,
    D: (value) => value === null || typeof value === "string" || value instanceof Uint8Array,
    v: (value) => typeof value !== "object" || (value as { bytes: unknown }).bytes instanceof Uint8Array,
    a: (value) => Array.isArray((value as { headers: unknown }).headers),
    H: (value) => Array.isArray(value),
    p: (value) => {
      const { url, once } = value as { readonly url: unknown; readonly once: unknown };
      return typeof url === "string" && (once === null || typeof once === "string");
    },
    h: (value) => (value as { headers: unknown[] }).headers.every((pair) => (pair as unknown[]).length === 2),
    o: (value) => (value as { key: unknown }).key !== "" && (value as { slow: unknown }).slow !== "none",
    j: (value) => {
      const { history, presence } = value as { history: unknown; presence: unknown };
      return typeof history === "boolean" && (presence === null || typeof presence === "string");
    },
    c: (value) => (value as { kind: string }[]).every(({ kind }) => kind === "ws" || kind === "http"),
  };
  const receiver = new Proxy(
    {},
    {
      get:
        (_target, name: string) =>
        (...args: unknown[]) => {
          const wanted = (types[name] as string).replace("#ns", "n#s");
          const mayLack = /[oj]$/.test(wanted);
          if (mayLack && args.at(-1) === undefined) args.pop();
          const due = args.length < wanted.length && mayLack ? wanted.slice(0, -1) : wanted;
          expect(args.length, name).toBe(due.length);
          for (const [at, type] of [...due].entries()) expect(fits[type]?.(args[at]), name).toBe(true);
        },
    },
  );
  return { sessions: receiver, http: receiver, programs: receiver } as unknown as CommandReceivers;
}

test("the check throws at none of 20,000 messages, most of them broken, and takes none that does not fit", () => {
  const seed = Number(process.env["PARLOR_FUZZ_SEED"] ?? Date.now() % 1_000_000);
  const fuzzer = new HostFuzzer(seed, () => WORLD);
  const on = strictReceivers();
  let taken = 0;
  for (let at = 0; at < 20_000; at += 1) {
    const message = fuzzer.message();
    if (messageProblem(message, SCRIPTS) !== null) continue;
    taken += 1;
    if (Array.isArray(message)) playCommands(message[4] as unknown[], on);
  }
  expect(taken, `seed ${seed}`).toBeGreaterThan(4000);
  expect(taken, `seed ${seed}`).toBeLessThan(16_000);
});

test("each published API has its rights, and a host of several has the widest of theirs", () => {
  expect(Object.keys(RIGHTS).sort()).toEqual(["bolt", "diesel", "dirigible", "scripting"]);
  for (const rights of Object.values(RIGHTS)) expect(rights.close).toBe("own");
  expect(rightsOf(["scripting", "diesel"])).toMatchObject({
    send: "any",
    listen: "own",
    setAttribute: "own",
  });
});
