import { expect, test } from "vitest";
import type { ControlReply, ControlRequest } from "../../../src/cli/control/control-protocol.ts";
import { controlledFronts } from "../../../src/cli/fronts/controlled-fronts.ts";
import type { FrontProcess } from "../../../src/cli/fronts/front-process.ts";

/** The reply of a front that stands still. */
const SILENT = new Error("asked");

/** Fronts that reply as given, in their order. */
function fronts(...replies: (ControlReply | Error)[]): {
  all: FrontProcess[];
  asked: ControlRequest[];
} {
  const asked: ControlRequest[] = [];
  const all = replies.map((reply, at) => ({
    number: at + 1,
    isHeard: reply !== SILENT,
    ask: async (request: ControlRequest): Promise<ControlReply> => {
      asked.push(request);
      if (reply instanceof Error) throw reply;
      return Promise.resolve(reply);
    },
  }));
  return { all: all as unknown as FrontProcess[], asked };
}

const reloaded = (changed: string[], problems: string[] = []): ControlReply => ({
  type: "reloaded",
  result: { changed, removed: [], problems },
});

test("a reload reloads all fronts, and reports each change and problem once", async () => {
  const { all, asked } = fronts(reloaded(["ws/a.js"], ["bad"]), reloaded(["ws/a.js", "ws/b.js"], ["bad"]));
  const result = await controlledFronts(() => all).reload();
  expect(result).toEqual({ changed: ["ws/a.js", "ws/b.js"], removed: [], problems: ["bad"] });
  expect(asked).toEqual([{ type: "reload" }, { type: "reload" }]);
});

test("a front that does not reload is a problem of the reload, with its number", async () => {
  const { all } = fronts(reloaded(["ws/a.js"]), { type: "refused", message: "no memory" }, new Error("gone"));
  const result = await controlledFronts(() => all).reload("/ws/a");
  expect(result.problems).toEqual(["front 2: no memory", "front 3: gone"]);
});

test("a front that stands still is not asked, and is a problem of a reload", async () => {
  const { all, asked } = fronts(SILENT, reloaded(["ws/a.js"]));
  const { changed, problems } = await controlledFronts(() => all).reload();
  expect({ changed, problems }).toEqual({
    changed: ["ws/a.js"],
    problems: ["front 1: it gives no sign of life, and keeps its version"],
  });
  expect(asked).toHaveLength(1);
});

test("a task runs on a front that gives a sign of life", async () => {
  const { all } = fronts(SILENT, { type: "end", code: 0 });
  const watch = { onLine: () => undefined, signal: new AbortController().signal };
  expect(await controlledFronts(() => all).runTask("shout", watch)).toEqual({ ok: true, exitCode: 0 });
});

test("a route that no front knows is refused as by one server", async () => {
  const refused: ControlReply = { type: "refused", message: "there is no route" };
  const { all } = fronts(refused, refused);
  await expect(controlledFronts(() => all).reload("/ws/none")).rejects.toThrow(/^there is no route$/);
});

test("a task runs on one front, and its exit code is returned", async () => {
  const { all, asked } = fronts({ type: "end", code: 3 }, { type: "end", code: 0 });
  const watch = { onLine: () => undefined, signal: new AbortController().signal };
  expect(await controlledFronts(() => all).runTask("shout", watch)).toEqual({ ok: false, exitCode: 3 });
  expect(asked).toEqual([{ type: "run", task: "shout" }]);
});

test("without a front that serves, each request is refused by one line", async () => {
  const app = controlledFronts(() => []);
  await expect(app.reload()).rejects.toThrow("no front serves");
  await expect(Promise.resolve(app.status)).rejects.toThrow("no front serves");
});
