import { describe, expect, test } from "vitest";
import { shapeOf } from "../../../src/boundary/shape.ts";
import { checkCronExports } from "../../../src/dialects/diesel/contract/cron-exports.ts";
import { checkHttpExports } from "../../../src/dialects/diesel/contract/http-exports.ts";
import { checkWsExports } from "../../../src/dialects/diesel/contract/ws-exports.ts";

const f = () => {};
const ws = (exported: Record<string, unknown>) => checkWsExports(shapeOf(exported));
const http = (exported: Record<string, unknown>) => checkHttpExports(shapeOf(exported));
const cron = (exported: Record<string, unknown>) => checkCronExports(shapeOf(exported));

describe("a ws script that keeps the contract", () => {
  test.each([
    [
      { onOpen: f, onMessage: f, onClose: f },
      { handlers: ["onOpen", "onMessage", "onClose"], tickRate: null, scope: "connection", threads: 1 },
    ],
    [
      { onMessage: f, scope: "route" },
      { handlers: ["onMessage"], tickRate: null, scope: "route", threads: 1 },
    ],
    [
      { onTick: f, tickRate: 60 },
      { handlers: ["onTick"], tickRate: 60, scope: "route", threads: 1 },
    ],
    [
      { onMessage: f, tickRate: 0.5, scope: "route", threads: 1 },
      { handlers: ["onMessage"], tickRate: 0.5, scope: "route", threads: 1 },
    ],
    [
      { onMessage: f, threads: 4, scope: "connection" },
      { handlers: ["onMessage"], tickRate: null, scope: "connection", threads: 4 },
    ],
    [
      { onUpgrade: f, onError: f, helper: 5, onMessages: f, onMessage: f },
      { handlers: ["onMessage", "onError", "onUpgrade"] },
    ],
  ])("%#", (exported, contract) => {
    expect(ws(exported)).toMatchObject({ contract });
  });
});

test("a helper's name that is merely like a handler's is let be", () => {
  expect(ws({ onMessage: f, onOpne: f })).toHaveProperty("contract");
  expect(ws({ onMessage: f, onTime: f, reset: f, rates: [] })).toHaveProperty("contract");
});

describe("a ws script that breaks the contract is reported in one line", () => {
  test.each([
    [{ onMessage: 5 }, "onMessage must be a function; it is a number (5)"],
    [{ onMessage: class {} }, "onMessage must be a function; it is a class"],
    [{ onMessage: undefined }, "onMessage must be a function; it is undefined"],
    [{ onmessage: f }, 'only onmessage; did you mean "onMessage" by "onmessage"?'],
    [{ default: { onMessage: f } }, "export each one, as in: export function onMessage"],
    [{}, "exports nothing; export at least one function of onOpen, onMessage"],
    [{ helper: f, other: 1 }, "exports no handler, only helper, other; export at least one"],
    [{ onError: f, saveState: f }, "exports no handler, only onError, saveState"],
    ...[0, -1, NaN, Infinity, 1001, "60", null, true].map((tickRate): [object, string] => [
      { onTick: f, tickRate },
      "tickRate must be a number of ticks per second, above 0 and up to 1000; it is",
    ]),
    ...[0, -1, 1.5, 65, "2", NaN].map((threads): [object, string] => [
      { onMessage: f, threads },
      "threads must be a whole number from 1 to 64; it is",
    ]),
    [{ onMessage: f, scope: "room" }, 'scope must be "connection" or "route"; it is a string ("room")'],
    [{ onMessage: f, scope: 1 }, 'scope must be "connection" or "route"; it is a number (1)'],
    [{ onTick: f, tickRate: 5, scope: "connection" }, "tickRate gives the route one state"],
    [{ onTick: f, tickRate: 5, threads: 2 }, "tickRate needs one thread"],
    [{ onMessage: f, scope: "route", threads: 2 }, 'scope = "route" needs one thread'],
    [{ onTick: f }, "onTick is never called without tickRate"],
  ])("%#: %j", (exported, message) => {
    const checked = ws(exported as Record<string, unknown>);
    expect(checked).toMatchObject({ problems: [expect.stringContaining(message)] });
  });

  test("names such as __proto__ and constructor are names like others", () => {
    const exported = Object.assign(JSON.parse('{ "__proto__": 1 }') as object, { constructor: f });
    expect(ws(exported as Record<string, unknown>)).toMatchObject({
      problems: [expect.stringContaining("exports no handler, only __proto__, constructor")],
    });
  });
});

describe("an HTTP script", () => {
  test("has methods or handleRequest", () => {
    expect(http({ GET: f, POST: f })).toEqual({ contract: { handlers: ["GET", "POST"] } });
    expect(http({ handleRequest: f })).toEqual({ contract: { handlers: ["handleRequest"] } });
  });

  test.each([
    [{ GET: f, handleRequest: f }, "exports handleRequest and GET; keep handleRequest, or the methods"],
    [{ get: f }, 'did you mean "GET" by "get"?'],
    [{ GET: "x" }, 'GET must be a function; it is a string ("x")'],
    [{ handlerequest: f }, 'did you mean "handleRequest" by "handlerequest"?'],
    [{ other: f }, "exports no handler, only other; export at least one function of GET, POST"],
    [{}, "exports nothing"],
  ])("%j", (exported, message) => {
    expect(http(exported)).toMatchObject({ problems: [expect.stringContaining(message)] });
  });
});

describe("a cron file", () => {
  test("has a schedule and perhaps a time zone", () => {
    expect(cron({ schedule: "* * * * *" })).toEqual({ contract: { schedule: "* * * * *", timezone: null } });
    const both = { schedule: "@daily", timezone: "Europe/Berlin", default: f };
    expect(cron(both)).toEqual({ contract: { schedule: "@daily", timezone: "Europe/Berlin" } });
  });

  test.each([
    [{}, "schedule must be a non-empty string written as a literal"],
    [{ schedule: 5 }, "it is a number (5)"],
    [{ shedule: "* * * * *" }, 'exports "shedule"; did you mean "schedule"?'],
    [{ schedule: "* * * * *", timezone: 1 }, "timezone must be a string"],
  ])("%j", (exported, message) => {
    expect(cron(exported)).toMatchObject({ problems: [expect.stringContaining(message)] });
  });
});
