import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { threadCode } from "../../../../src/host/kinds/thread/thread-code.ts";

test("a thread accepts the code that the front's thread has compiled, and need not compile it", async () => {
  const code = `
    const { parentPort, workerData: { file, text, cache } } = require("node:worker_threads");
    const { constants, Script } = require("node:vm");
    const script = new Script(Buffer.from(text).toString("latin1"), {
      filename: file,
      cachedData: Buffer.from(cache),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    parentPort.postMessage({ isRejected: script.cachedDataRejected });`;
  const worker = new Worker(code, { eval: true, workerData: threadCode() });
  const reply = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  await worker.terminate();
  expect(reply).toEqual({ isRejected: false });
});

test("the code of threads is read and compiled once", () => {
  expect(threadCode()).toBe(threadCode());
});
