import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunningApp, folderOf } from "../support/running-app.ts";

test("a replaced version that was told of a client's leaving is still heard, and ends when it is done", async () => {
  const text = (name: string) => `
    let free;
    const freed = new Promise((resolve) => { free = resolve; });
    export async function GET(request) {
      const isPatient = request.url.endsWith("?patient");
      console.log("${name} " + (isPatient ? "patient" : "hasty"));
      if (isPatient) await freed;
      else await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
      // In a turn of its own, after what the abort did has been told.
      if (!isPatient) setTimeout(free, 50);
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
  await app.book.find(/a hasty/);
  const patient = fetch(`${app.server.url}/slow?patient`);
  await app.book.find(/a patient/);
  await reload("b");
  leaving.abort();
  expect(await hasty).toBe("gone");
  expect(await (await patient).text()).toBe("a");
  // It waits for the version before: until its grace is over, had that not said that it is done.
  await reload("c");
  expect(app.server.health["interrupted"]).toBe(0);
});
