import { afterEach, expect, test, vi } from "vitest";
import { scriptConsole } from "../../../src/host/script/script-console.ts";

afterEach(() => void vi.unstubAllEnvs());

test("values on the console of a script have no colours, whatever FORCE_COLOR says", () => {
  vi.stubEnv("FORCE_COLOR", "1");
  const lines: string[] = [];
  const console = scriptConsole((_level, text) => void lines.push(text));
  console.log({ a: 1 }, ["x"]);
  console.error({ b: true });
  console.dir({ c: 2 });
  console.table([{ d: 3 }]);
  expect(lines.slice(0, 3)).toEqual(["{ a: 1 } [ 'x' ]", "{ b: true }", "{ c: 2 }"]);
  expect(lines.join("\n")).not.toContain("\u001b");
});
