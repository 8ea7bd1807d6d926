import { expect, test } from "vitest";
import { folderOf, RunningApp } from "../support/running-app.ts";

const MEBIBYTE = 1024 * 1024;

test("when memory runs out, the sessions that keep most are closed with 1013, and all others are served on", async () => {
  const dir = folderOf({
    "ws/keep.js": `
      export const scope = "route";
      const hog = [];
      export function onOpen(session) {
        if (session.getParameter("big") !== null) session.setAttribute("big", "x".repeat(250_000));
        session.send("open");
      }
      export function onMessage(session, text) {
        if (text === "fill") for (let count = 0; count < 12; count += 1) hog.push(new Array(1_000_000).fill(count));
        session.send(text);
      }`,
  });
  const app = await RunningApp.serve(dir, {
    memoryLimit: 64 * MEBIBYTE,
    sessionLimits: { attributeBytes: 256 * 1024 },
  });
  const light = await app.open("/ws/keep");
  const heavy = await Promise.all(Array.from({ length: 100 }, () => app.open("/ws/keep?big")));
  await Promise.all([light, ...heavy].map((client) => client.next()));
  light.send("fill");
  await app.log.find(/ran out of memory, so the sessions that keep most were closed with 1013/);
  const closed = await Promise.race(heavy.map((client) => client.closed));
  expect(closed.code).toBe(1013);
  expect(app.server.health.shed).toBeGreaterThan(30);
  expect(app.server.health.shed).toBeLessThanOrEqual(100);
  light.send("hello");
  let answer = await light.next();
  while (answer === "fill") answer = await light.next();
  expect(answer).toBe("hello");
}, 30_000);
