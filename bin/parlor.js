#!/usr/bin/env node
import { existsSync } from "node:fs";

const entry = new URL("../dist/cli/main.js", import.meta.url);

if (existsSync(entry)) await run();
else fail("parlor is not built; run npm run build first");

async function run() {
  process.on("uncaughtException", (error) => fail(lineOf(error), error));
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
  // An idle compiler or the like must not keep the process of a finished command alive.
  setTimeout(() => process.exit(), 500).unref();
}

function lineOf(error) {
  return error instanceof Error ? (error.message.split("\n", 1)[0] ?? error.name) : String(error);
}

function fail(line, error) {
  console.error(`parlor: ${line}`);
  if (process.env.PARLOR_DEBUG === "1" && error) console.error(error);
  process.exit(1);
}
