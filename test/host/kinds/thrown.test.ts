import { describe, expect, test } from "vitest";
import { folderOf, RunningApp } from "../../support/running-app.ts";

const SCRIPT = `
const nested = (levels) => levels === 0 ? [] : [nested(levels - 1)];
export function onMessage(session, text) {
  if (text === "null") process.nextTick(() => { throw null; });
  else if (text === "undefined") process.nextTick(() => { throw undefined; });
  else if (text === "trap") Promise.reject(new Proxy(new Error("x"), { get() { throw new Error("trap"); } }));
  else if (text.startsWith("nested ")) session.setAttribute("nested", nested(Number(text.slice(7))));
  session.send(text);
}`;

const start = (): Promise<RunningApp> => RunningApp.serve(folderOf({ "ws/chat.js": SCRIPT }));

describe("values that end a thread", () => {
  test.each(["null", "undefined"])("%s, thrown uncaught, ends only its thread", async (what) => {
    const app = await start();
    const [ada, bob] = [app.connect("/ws/chat"), app.connect("/ws/chat")];
    bob.send("first");
    expect(await bob.next()).toBe("first");
    ada.send(what);
    ada.send("after");
    expect(await ada.next()).toBe("after");
    bob.send("second");
    expect(await bob.next()).toBe("second");
  });
});

test("a rejection that cannot be inspected is logged, and its thread goes on", async () => {
  const app = await start();
  const ada = app.connect("/ws/chat");
  for (const text of ["trap", "after"]) {
    ada.send(text);
    expect(await ada.next()).toBe(text);
  }
  expect(app.server.health["faults"]).toBe(1);
});

// From about 2,000 levels on the front could not read what the thread could write, from 8,000 on the thread could not.
test.each([100, 3_000, 8_000, 12_000])("an attribute of %s levels stops nothing", async (levels) => {
  const app = await start();
  const ada = app.connect("/ws/chat");
  for (const text of [`nested ${levels}`, "null", "after"]) ada.send(text);
  expect(await ada.next()).toBe(`nested ${levels}`);
  expect(await ada.next()).toBe("after");
});
