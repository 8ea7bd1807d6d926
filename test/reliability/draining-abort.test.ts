import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Gate } from "../support/gate.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

test("a draining version that has aborted a request still sends its other responses, and ends when it is done", async () => {
  const gate = await Gate.create();
  const text = (name: string) => `
    export async function GET(request) {
      const isPatient = request.url.endsWith("?patient");
      console.log("${name} " + (isPatient ? "patient" : "hasty"));
      if (isPatient) { ${gate.wait} }
      else await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
      if (!isPatient) console.log("${name} has aborted");
      return new Response("${name}");
    }`;
  const dir = folderOf({ "http/slow.js": text("a") });
  const app = await RunningApp.serve(dir);
  const reload = async (name: string): Promise<void> => {
    writeFileSync(join(dir, "http/slow.js"), text(name));
    await app.server.reload();
  };
  const leaving = new AbortController();
  const hasty = fetch(`${app.server.url}/slow`, { signal: leaving.signal }).catch(() => "gone");
  await app.log.find(/a hasty/);
  const patient = fetch(`${app.server.url}/slow?patient`);
  await gate.reached();
  await reload("b");
  leaving.abort();
  expect(await hasty).toBe("gone");
  await app.log.find(/a has aborted/);
  gate.open();
  expect(await (await patient).text()).toBe("a");
  // The reload waits for the draining version: if that had not reported its end, until its grace is over.
  await reload("c");
  expect(app.server.health["interrupted"]).toBe(0);
});
