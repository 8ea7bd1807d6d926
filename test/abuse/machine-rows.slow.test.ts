// What a machine lacks for some seconds; `npm run abuse` takes the ten seconds of the matrix.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sleep } from "../soak/figures.ts";
import { Attacker } from "./support/attacker.ts";
import { Bystanders } from "./support/bystanders.ts";
import { holdsSoon } from "./support/moves.ts";
import { damageOf, note, type Figures } from "./support/row.ts";
import { ParlorTarget, type TargetOptions } from "./support/target.ts";

const SECONDS = Number(process.env["PARLOR_BAD_SECONDS"] ?? 3);
const PROBE = '{"verb":"echo","value":"here"}';
const ALL = { "/ws/target": PROBE };

/** A row whose attack ends with the figures of bystanders. */
function badDay(
  title: string,
  attack: (target: ParlorTarget) => Promise<Figures>,
  { options = {}, skip = false }: { readonly options?: TargetOptions; readonly skip?: boolean } = {},
): void {
  test.skipIf(skip)(title, { timeout: 120_000 }, async () => {
    const target = await ParlorTarget.launch(options);
    const damage = await damageOf(target, () => attack(target));
    note({ title, ...damage });
    expect(damage.problem).toBeNull();
    expect(damage.figures).toMatchObject({ closed: 0, health: "ok" });
    expect(damage.figures["looks"]).toBeGreaterThan(SECONDS);
    expect(damage.figures["backAfter"]).toBeLessThan(2000);
    expect(await target.audit(damage.heard)).toBeNull();
  });
}

badDay(
  "without descriptors for some seconds, no session is closed, and all is back within 2 s",
  async (target) => {
    const { app, pid } = target;
    const bystanders = await Bystanders.gather(app, ["/ws/honest", "/ws/target"]);
    const limit = (count: string): void =>
      void execFileSync("prlimit", ["--pid", String(pid), `--nofile=${count}:`]);
    const before = execFileSync("prlimit", [
      "--pid",
      String(pid),
      "--nofile",
      "-o",
      "SOFT",
      "--noheadings",
      "--raw",
    ]);
    // No number below it is free.
    const taken = new Set(readdirSync(`/proc/${pid}/fd`));
    let free = 0;
    while (taken.has(String(free))) free += 1;
    limit(String(free));
    const end = performance.now() + SECONDS * 1000;
    let served = 0;
    await holdsSoon(async () => {
      // Nothing accepts it: it waits in the system.
      const client = await Attacker.dial(target);
      await client.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
      await Promise.race([client.response(), sleep(50)]);
      if (client.received > 0) served += 1;
      client.reset();
      return performance.now() > end;
    }, SECONDS * 2000);
    limit(before.toString().trim());
    expect(served).toBe(0);
    return { served, ...(await bystanders.end(ALL)) };
  },
);

badDay("while one client fills the memory of its script, no session of others is closed", async (target) => {
  const bystanders = await Bystanders.gather(target.app, ["/ws/honest", "/ws/target"]);
  const client = await target.open();
  await client.write(target.message({ verb: "objects" }));
  const restarts = async (): Promise<number> => Number((await target.app.health())["restarts"]);
  await holdsSoon(async () => (await restarts()) > 0, 60_000);
  return { restarts: await restarts(), ...(await bystanders.end(ALL)) };
});

const disk = smallDisk();
badDay(
  "while the disk of the log is full, no session is closed, and the log says what it has lost",
  async (target) => {
    const bystanders = await Bystanders.gather(target.app, ["/ws/honest", "/ws/target"]);
    const noisy = await Attacker.upgrade(target, {}, "/ws/noisy");
    // To the last byte: the file grows until there is no room.
    const filler = join(disk ?? "", "filler");
    expect(() => writeFileSync(filler, Buffer.alloc(16 << 20))).toThrow("ENOSPC");
    const end = performance.now() + SECONDS * 1000;
    while (performance.now() <= end) {
      await noisy.write(target.message(`a line ${"x".repeat(1000)}`));
      await sleep(5);
    }
    const before = target.app.logged(/PARLOR_LOG_LOST/).length;
    rmSync(filler);
    await noisy.write(target.message("there is room again"));
    const start = performance.now();
    await holdsSoon(() => target.app.logged(/PARLOR_LOG_LOST/).length > before);
    const logBackAfter = Math.round(performance.now() - start);
    expect(logBackAfter).toBeLessThan(2000);
    return { logBackAfter, ...(await bystanders.end(ALL)) };
  },
  {
    skip: disk === null,
    options: {
      files: { "ws/noisy.js": "export const onMessage = (_session, text) => console.log(text);" },
      logDir: disk,
    },
  },
);

/** A file system of 4 MiB; null where it may not be mounted. */
function smallDisk(): string | null {
  const dir = mkdtempSync(join(tmpdir(), "parlor-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "parlor-test", dir], { stdio: "ignore" });
    return dir;
  } catch {
    rmSync(dir, { recursive: true });
    return null;
  }
}

afterAll(() => {
  if (disk === null) return;
  execFileSync("umount", ["--lazy", disk]);
  rmSync(disk, { recursive: true, force: true });
});
