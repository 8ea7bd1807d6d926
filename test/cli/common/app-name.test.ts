import { describe, expect, test } from "vitest";
import { nameProblem } from "../../../src/cli/common/app-name.ts";

describe("nameProblem", () => {
  test.each(["chat", "tea-room", "a", "x.y_z-1", "2048"])("accepts %s", (name) => {
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
  ])("refuses %s and suggests %s", (name, better) => {
    expect(nameProblem(name)).toContain(`did you mean ${better}?`);
  });

  test.each(["", ".", "..", "茶室", "node_modules", "favicon.ico", "http", "parlor", "x".repeat(215)])(
    "refuses %j and suggests nothing",
    (name) => {
      expect(nameProblem(name)).toMatch(/; choose (another|a shorter one)$/);
    },
  );
});
