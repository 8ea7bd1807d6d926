#!/usr/bin/env node
import { existsSync } from "node:fs";

const args = process.argv.slice(2);
const isServer = ["serve", "dev"].includes(args[0]);
const early = keepSignals();
const entry = new URL("../dist/bundle/main.js", import.meta.url);

if (existsSync(entry)) await run();
else fail("parlor is not built; run npm run build first");

async function run() {
  const { leave, main } = await import(entry.href);
  process.on("uncaughtException", (error) => {
    print(lineOf(error), error);
    void leave(1, { output: 0 });
  });
  const code = await main(args, undefined, early);
  // The output of a command is its result, however slowly it is read.
  await leave(code, { output: isServer ? 100 : Infinity });
}

/** Before the rest is loaded, there is nothing to stop but this process. SIGHUP is kept until the server can act on it. */
function keepSignals() {
  const received = [];
  const keep = (signal) => {
    if (signal === "SIGHUP") received.push(signal);
    else process.exit(0);
  };
  const signals = isServer ? ["SIGINT", "SIGTERM", "SIGHUP"] : [];
  for (const signal of signals) process.on(signal, keep);
  return { received, release: () => signals.forEach((signal) => process.off(signal, keep)) };
}

function lineOf(error) {
  return error instanceof Error ? (error.message.split("\n", 1)[0] ?? error.name) : String(error);
}

function print(line, error) {
  console.error(`parlor: ${line}`);
  if (process.env.PARLOR_DEBUG === "1" && error) console.error(error);
}

function fail(line, error) {
  print(line, error);
  process.exit(1);
}
