import { describe, expect, test } from "vitest";
import { nameProblem } from "../../src/cli/app-name.ts";

describe("the name of a new app", () => {
  test.each(["chat", "tea-room", "a", "x.y_z-1", "2048"])("may be %s", (name) => {
    expect(nameProblem(name)).toBeNull();
  });

  test.each([
    ["My App", "my-app"],
    ["Tea_Room", "tea_room"],
    ["../elsewhere", "elsewhere"],
    ["/tmp/Café", "cafe"],
    [".hidden", "hidden"],
    ["_private", "private"],
    ["a/b", "b"],
    ["@me/App", "app"],
  ])("may not be %s, and the nearest that may be is named", (name, better) => {
    expect(nameProblem(name)).toContain(`did you mean ${better}?`);
  });

  test.each(["", ".", "..", "茶室", "node_modules", "favicon.ico", "http", "parlor", "x".repeat(215)])(
    "may not be %j",
    (name) => {
      expect(nameProblem(name)).toMatch(/: choose (another|a shorter one)$/);
    },
  );
});
