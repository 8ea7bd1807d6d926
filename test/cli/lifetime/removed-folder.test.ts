import { cpSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ServedProcess } from "./served-process.ts";

const script = (name: string, isolation: string) => `
  export const isolation = "${isolation}";
  export function onMessage(session, text) { session.send("${name} " + text); }
`;

test("the app folder, in which the server was started, is removed and comes back: sessions stay, hosts start", async () => {
  const files = { "ws/a.js": script("old", "thread"), "ws/b.js": script("old", "process") };
  const app = new ServedProcess(files, { shell: 'cd "$4" && exec "$@"' });
  const early = await app.open("/ws/a");
  early.send("1");
  expect(await early.next()).toBe("old 1");
  cpSync(app.dir, `${app.dir}-next`, { recursive: true });
  rmSync(app.dir, { recursive: true });
  app.process.signal("SIGHUP");
  await app.process.prints(
    /reload failed, so the previous versions stay: \S+: the app folder does not exist/,
  );
  const late = await app.open("/ws/b");
  late.send("2");
  expect(await late.next()).toBe("old 2");
  early.send("3");
  expect(await early.next()).toBe("old 3");
  writeFileSync(join(`${app.dir}-next`, "ws/a.js"), script("new", "thread"));
  renameSync(`${app.dir}-next`, app.dir);
  app.process.signal("SIGHUP");
  await app.process.prints(/ws\/a\.js: reloaded/);
  early.send("4");
  expect(await early.next()).toBe("new 4");
  const { code, err } = await app.stop();
  expect(code).toBe(0);
  expect(err).not.toContain("uv_cwd");
});
