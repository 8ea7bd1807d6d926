import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Gate } from "../../support/gate.ts";
import { folderOf } from "../../support/running-app.ts";
import { AT_ONCE, ServedProcess } from "./served-process.ts";

/** A script whose top level waits until a file exists. */
const waiting = (file: string) => `
  import { existsSync } from "node:fs";
  while (!existsSync("${file}"));
  export const onMessage = (session, text) => session.send(text);`;

describe("a server that starts", () => {
  test("does not end by SIGHUP, and serves", async () => {
    const file = join(folderOf({}), "go");
    const served = new ServedProcess({ "ws/a.js": waiting(file) });
    await served.catchesSignals();
    served.process.signal("SIGHUP");
    writeFileSync(file, "");
    const client = await served.open("/ws/a");
    client.send("hi");
    expect(await client.next()).toBe("hi");
  });

  test.each(["SIGTERM", "SIGINT"] as const)("ends with 0 at %s, and at once", async (signal) => {
    const file = join(folderOf({}), "go");
    const served = new ServedProcess({ "ws/a.js": waiting(file) });
    await served.catchesSignals();
    const { code, ms } = await served.stop(signal);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(AT_ONCE);
  });
});

test("SIGHUP does not end a server that stops", async () => {
  const gate = await Gate.create();
  const served = new ServedProcess({
    "ws/a.js": `
      export const onOpen = () => {};
      export async function onClose() {
        console.log("onClose begins");
        ${gate.wait}
        console.log("onClose ends");
      }`,
  });
  await served.open("/ws/a");
  served.process.signal("SIGTERM");
  await served.process.prints(/onClose begins/);
  served.process.signal("SIGHUP");
  gate.open();
  const { code, err } = await served.process.ended;
  expect(code).toBe(0);
  expect(err).toContain("onClose ends");
});

test("a second SIGINT ends a server at once with 130", async () => {
  const served = new ServedProcess({
    "ws/a.js": `
      export const onOpen = () => {};
      export function onClose() {
        console.log("onClose begins");
        return new Promise(() => {});
      }`,
  });
  await served.open("/ws/a");
  served.process.signal("SIGINT");
  await served.process.prints(/onClose begins/);
  // Two signals within a moment are one keystroke, which npm passes on.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { code, ms } = await served.stop("SIGINT");
  expect(code).toBe(130);
  expect(ms).toBeLessThan(AT_ONCE);
});
