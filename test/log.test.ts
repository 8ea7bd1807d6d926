import { expect, test } from "vitest";
import { jsonLog } from "../src/log.ts";
import { loggedError } from "../src/logged-error.ts";

function linesOf(write: (log: ReturnType<typeof jsonLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(jsonLog("debug", (line) => lines.push(line)));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("an error is in the JSON as it was made for the log, with causes and parts", () => {
  const cause = Object.assign(new TypeError("inner"), { code: "EINNER" });
  const error = new AggregateError([new Error("one")], "both", { cause });
  const [entry] = linesOf((log) =>
    log.error({ code: "PARLOR_SCRIPT_FAULT", err: loggedError(error) }, "it failed"),
  );
  expect(entry).toMatchObject({
    level: 50,
    time: expect.any(Number) as number,
    code: "PARLOR_SCRIPT_FAULT",
    msg: "it failed",
    err: {
      ...{ type: "AggregateError", message: "both", stack: expect.stringContaining("at ") as string },
      cause: { type: "TypeError", message: "inner", code: "EINNER" },
      errors: [{ type: "Error", message: "one" }],
    },
  });
});

test("an error that a program passes to its log is in the same form", () => {
  const [entry] = linesOf((log) => log.warn({ err: new RangeError("far") }, "hm"));
  expect(entry?.["err"]).toMatchObject({ type: "RangeError", message: "far" });
});

test("an error that is its own cause ends", () => {
  const error = new Error("a");
  error.cause = error;
  expect(loggedError(error).cause?.cause?.cause?.cause).toBeUndefined();
});
