import { describe, expect, test } from "vitest";
import { Front, type Published, type Source } from "./stage.ts";

function job(source: Source, kind: "cron" | "task" = "cron") {
  const front = new Front();
  const room = front.host({ onOpen: (session: Published) => session.room("prices").join() });
  const host = front.host(source, { kind, name: `${kind}/prices.ts`, route: "", exports: [] });
  return { front, room, host };
}

describe("cron and task scripts", () => {
  test("cron and task scripts evaluate their module's top level at each run", async () => {
    const { room, host } = job((names) => {
      let count = 0;
      count += 1;
      const ws = (names["diesel"] as Published).getWebSocketService();
      ws.room("prices").broadcast(`run ${count}`);
      return {};
    });
    const client = await room.connect();
    await host.job();
    await host.job();
    expect(client.read()).toEqual(["run 1", "run 1"]);
    expect(host.instances.map(({ names }) => names)).toEqual([
      ["diesel", "Results"],
      ["diesel", "Results"],
    ]);
  });

  test("a cron job's evaluation ends when the next run begins", async () => {
    const { host } = job(() => ({}));
    await host.job();
    expect(host.instances.map(({ isEnded }) => isEnded)).toEqual([false]);
    await host.job();
    expect(host.instances.map(({ isEnded }) => isEnded)).toEqual([true, false]);
    host.program.dispose();
    expect(host.instances.map(({ isEnded }) => isEnded)).toEqual([true, true]);
  });

  test("a task is finished when its timers are", async () => {
    const { host } = job(() => ({}), "task");
    let idle = (): void => undefined;
    host.idle = new Promise((resolve) => (idle = resolve));
    let done = false;
    const running = host.job().then(() => (done = true));
    for (let n = 0; n < 50; n += 1) await Promise.resolve();
    expect([done, host.instances[0]!.isEnded]).toEqual([false, false]);
    idle();
    await running;
    expect(done).toBe(true);
  });

  test.each(["run", "default"])(
    "the export %s is called and waited for, after the top level",
    async (name) => {
      const steps: string[] = [];
      const { host } = job(async () => {
        await Promise.resolve();
        steps.push("module");
        return {
          [name]: async () => {
            await Promise.resolve();
            steps.push(name);
          },
        };
      });
      await host.job();
      expect(steps).toEqual(["module", name]);
    },
  );

  test("with both, run is called alone", async () => {
    const steps: string[] = [];
    const { host } = job(() => ({
      default: () => void steps.push("default"),
      run: () => void steps.push("run"),
    }));
    await host.job();
    expect(steps).toEqual(["run"]);
  });

  test("a throw is a fault of the run, and the next run comes", async () => {
    let runs = 0;
    const { host } = job(() => {
      runs += 1;
      if (runs === 1) throw new Error("first");
      return {};
    });
    await host.job();
    await host.job();
    expect(host.faults.map(({ error }) => (error as Error).message)).toEqual(["first"]);
    expect(runs).toBe(2);
  });

  test("requests and sessions are none of their business", async () => {
    const { host } = job(() => ({}));
    await host.program.request?.({} as never, null);
    await host.program.tick?.(50, 1);
    expect(host.instances).toEqual([]);
  });
});
