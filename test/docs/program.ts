import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { shows, type Block } from "./blocks.ts";

/** Runs a program of a page with the built package, and compares its output with the page. */
export async function playProgram(block: Block, dir: string): Promise<void> {
  const file = join(dir, `program-${block.line}.mjs`);
  writeFileSync(file, block.text);
  const { code, out, err } = await run(file, dir);
  expect([code, ...err.split("\n").filter(isProblem)], `line ${block.line}`).toEqual([0]);
  const shown = shownBy(block.text);
  const printed = out.trimEnd().split("\n");
  const same = shown.length === printed.length && shown.every((line, at) => shows(line, printed[at] ?? ""));
  if (!same) expect(printed, `output of the program at line ${block.line}`).toEqual(shown);
}

/** A server's log says when it listens and when it stops; everything else on the error stream is a problem. */
function isProblem(line: string): boolean {
  return line !== "" && !line.startsWith('{"level":30,');
}

/** The texts behind the arrows: `console.log(1 + 1); // → 2`. */
function shownBy(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const at = line.indexOf("// → ");
    return at < 0 ? [] : [line.slice(at + "// → ".length)];
  });
}

function run(file: string, cwd: string): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file], { cwd, timeout: 15_000, env: { ...process.env } });
    const output = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.err += text));
    child.on("close", (code) => resolve({ code, ...output }));
  });
}
