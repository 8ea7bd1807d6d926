import { expect, test } from "vitest";
import { HookRunner, type Hook } from "../../../src/host/script/life/hook-runner.ts";
import type { Runtime } from "../../../src/host/runtime/runtime.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const origin = { program: null, session: null, what: "onStart", kind: "handler" } as const;
const never = (): Promise<void> => new Promise(() => undefined);

function runner(limit: number) {
  const clock = new VirtualClock();
  const looks: number[] = [];
  const runtime = {
    isPending: false,
    hook: (call: () => unknown) => call(),
    isAlive: () => void looks.push(clock.ticks()),
  };
  const hook = (call: () => unknown): Hook => ({ call, origin, source: null });
  return { clock, looks, runtime, hook, runner: new HookRunner(runtime as unknown as Runtime, clock, limit) };
}

test("a hook that never settles fails after the limit, and until then the host shows that it lives", async () => {
  const { clock, looks, hook, runner: hooks } = runner(10_000);
  const failed = expect(hooks.run("onStart", hook(never))).rejects.toMatchObject({
    code: "PARLOR_HOOK_TIMEOUT",
    message: expect.stringContaining("onStart did not finish within 10 s"),
  });
  for (let turn = 0; turn < 20; turn += 1) clock.advance(500);
  await failed;
  expect(looks.length).toBeGreaterThanOrEqual(19);
});

test("without a limit it is waited for as long as it takes", async () => {
  const { clock, hook, runner: hooks } = runner(0);
  let end = (): void => undefined;
  const run = hooks.run(
    "onStart",
    hook(() => new Promise<void>((resolve) => (end = resolve))),
  );
  for (let turn = 0; turn < 1000; turn += 1) clock.advance(500);
  end();
  await expect(run).resolves.toBeUndefined();
});

test("hooks that share a time leave half of the rest to those after them", async () => {
  const { clock, hook, runner: hooks } = runner(10_000);
  hooks.limitTo(4000);
  const first = expect(hooks.run("onStop", hook(never))).rejects.toThrow("within 2 s");
  for (let turn = 0; turn < 4; turn += 1) clock.advance(500);
  await first;
  const second = expect(hooks.run("onStop", hook(never))).rejects.toThrow("within 1 s");
  for (let turn = 0; turn < 2; turn += 1) clock.advance(500);
  await second;
});
