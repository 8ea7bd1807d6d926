import { mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { missingFrom, readEnvFile } from "../../../src/load/files/env-file.ts";
import { TempApp } from "../temp-app.ts";

test("an app's .env is read", async () => {
  const text = `# a comment\nPLAIN=one\nSPACED = two words # and a comment\nQUOTED="a # b"\nEMPTY=\nexport SHELL_STYLE=x\nMULTI="a\nb"\n`;
  expect(await readEnvFile(new TempApp({ ".env": text }).root)).toEqual({
    PLAIN: "one",
    SPACED: "two words",
    QUOTED: "a # b",
    EMPTY: "",
    SHELL_STYLE: "x",
    MULTI: "a\nb",
  });
});

test("CRLF and a byte order mark do no harm", async () => {
  expect(await readEnvFile(new TempApp({ ".env": "\uFEFFA=1\r\nB=2\r\n" }).root)).toEqual({ A: "1", B: "2" });
});

test("a missing file or folder gives an empty set of variables", async () => {
  const app = new TempApp({});
  expect(await readEnvFile(app.root)).toEqual({});
  expect(await readEnvFile(app.path("nowhere"))).toEqual({});
});

test("a file that cannot be read is an error of one line", async () => {
  const app = new TempApp({});
  mkdirSync(app.path(".env"));
  await expect(readEnvFile(app.root)).rejects.toThrow(/\.env: cannot be read \(EISDIR\); [^\n]*$/);
});

test("the real environment wins, even when it is empty", () => {
  expect(missingFrom({ A: "real", B: "" }, { A: "1", B: "2", C: "3" })).toEqual({ C: "3" });
});
