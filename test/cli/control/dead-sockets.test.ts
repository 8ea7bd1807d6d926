// Sockets that killed servers left behind are removed by the next start; live ones and other files stay.
import { existsSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { skips } from "../../support/require.ts";
import { removeDeadSockets } from "../../../src/cli/control/dead-sockets.ts";

const name = (digit: string, ending = ".sock"): string => digit.repeat(32) + ending;

describe.skipIf(skips(process.platform === "win32", "Windows has pipes in place of sockets"))(
  "dead sockets",
  () => {
    const folder = (): string => {
      const dir = mkdtempSync(join(tmpdir(), "parlor-dead-"));
      onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
      return dir;
    };
    const listen = (path: string): Promise<Server> =>
      new Promise((resolve) => {
        const server = createServer((socket) => socket.on("error", () => undefined));
        server.listen(path, () => resolve(server));
        onTestFinished(() => void server.close());
      });
    /** A socket without its server, as SIGKILL leaves it: a server that closes removes the file of its own name only. */
    const dead = async (path: string): Promise<void> => {
      const server = await listen(`${path}.live`);
      renameSync(`${path}.live`, path);
      await new Promise((resolve) => server.close(resolve));
    };

    test("are removed, and live ones stay", async () => {
      const dir = folder();
      await dead(join(dir, name("a")));
      await dead(join(dir, name("b")));
      await listen(join(dir, name("c")));
      expect(existsSync(join(dir, name("a")))).toBe(true);
      await removeDeadSockets(dir);
      expect(["a", "b", "c"].map((digit) => existsSync(join(dir, name(digit))))).toEqual([
        false,
        false,
        true,
      ]);
    });

    test("are distinguished from other files, and from locks that are held", async () => {
      const dir = folder();
      const [old, fresh] = [join(dir, name("a", ".sock.lock")), join(dir, name("b", ".sock.lock"))];
      const others = [join(dir, "notes.sock"), join(dir, "readme.txt")];
      for (const file of [old, fresh, ...others]) writeFileSync(file, "");
      utimesSync(old, 0, 0);
      await removeDeadSockets(dir);
      expect([old, fresh, ...others].map((file) => existsSync(file))).toEqual([false, true, true, true]);
    });
  },
);
