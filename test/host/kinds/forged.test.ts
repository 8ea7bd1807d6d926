import { serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../../src/boundary/codes/command-numbers.ts";
import { bytesOf, frameOf } from "../../../src/host/kinds/common/frames.ts";
import { ProcessHost } from "../../../src/host/kinds/process/process-host.ts";
import { ThreadHost } from "../../../src/host/kinds/thread/thread-host.ts";
import { HostFuzzer } from "../../support/host-fuzzer.ts";
import { readAttributes } from "../../support/read-attributes.ts";
import type { Guest } from "../../suites/guest.ts";
import { Stage, type Place, type Route } from "../../suites/stage.ts";

const THREAD: Place = {
  name: "thread",
  makeHost: (...args) => new ThreadHost(...args),
  isBeside: true,
  seesRejections: true,
};
const PROCESS: Place = { ...THREAD, name: "process", makeHost: (...args) => new ProcessHost(...args) };

// It reaches the way of its own host by force, and sends there what a client gives it.
const FORGER: Readonly<Record<string, string>> = {
  thread: `
    import { deserialize } from "node:v8";
    const ports = () => process._getActiveHandles().filter(({ constructor }) => constructor.name === "MessagePort");
    const forge = (bytes) => {
      const messages = deserialize(bytes);
      for (const port of ports()) for (const message of messages) port.postMessage(message);
    };`,
  process: `
    import { writeSync } from "node:fs";
    const forge = (bytes) => { for (let at = 0; at < bytes.length;) at += writeSync(3, bytes, at); };`,
};

const forger = (place: Place): string => `${FORGER[place.name] ?? ""}
  export function onBinary(session, bytes) { forge(bytes); }
  export function onMessage(session, text) { session.send(text); }
  export function onReload(session) { session.send("reload"); }`;

const NEIGHBOUR = `
  export function onOpen(session) {
    session.room("hall").join();
    session.setAttribute("name", "neighbour");
    session.send("open");
  }
  export function onMessage(session, text) { session.send(text); }`;

interface Scene {
  readonly stage: Stage;
  readonly route: Route;
  readonly guest: Guest;
  readonly neighbour: Guest;
  /** In one event: no honest commit of the host comes between the messages. */
  forge(...messages: unknown[]): void;
}

async function sceneOn(place: Place): Promise<Scene> {
  const stage = new Stage(place);
  const [route, other] = [await stage.route(forger(place)), await stage.route(NEIGHBOUR)];
  const [guest, neighbour] = [route.connect(), other.connect()];
  guest.says("hello");
  await stage.sees(() => guest.inbox.length === 1 && neighbour.inbox.length === 1);
  const forge = (...messages: unknown[]): void =>
    guest.says(new Uint8Array(place === THREAD ? serialize(messages) : Buffer.concat(messages.map(frameOf))));
  return { stage, route, guest, neighbour, forge };
}

/** The neighbour has noticed nothing, and its script replies. */
async function isUntouched({ stage, neighbour }: Scene): Promise<void> {
  neighbour.says("still here");
  await stage.sees(() => neighbour.inbox.at(-1) === "still here");
  expect(neighbour.closed).toBeNull();
  expect(neighbour.session.state).toBe("open");
  expect(Array.from(neighbour.session.rooms ?? [], ({ name }) => name)).toEqual(["hall"]);
  expect(readAttributes(neighbour.session)).toEqual(new Map([["name", "neighbour"]]));
}

const commit = (...commands: unknown[]): unknown[] => [0, [], [], [], commands, [], false, 0];

describe.each([THREAD, PROCESS])("a host on a $name", (place) => {
  test("ends with one line when it sends what no host sends, and no other host notices", async () => {
    const scene = await sceneOn(place);
    const { stage, guest, forge } = scene;
    const forms: readonly [unknown, RegExp][] = [
      [[1, 2, 3, 4, 5, 6, 7], /it is not a commit/],
      [commit(99, 1, "x"), /command 99 is unknown/],
      [[1_000_000, [], [], [], [], [], false, 0], /acknowledges event 1000000, which was not delivered/],
      [{ kind: "ready" }, /reports twice that it is ready/],
      [{ kind: "log", line: { level: "none" } }, /members do not fit its kind \("log"\)/],
    ];
    for (const [at, [message, line]] of forms.entries()) {
      forge(message);
      await stage.sees(() => stage.deaths.length > at);
      expect(stage.deaths[at]).toMatch(line);
      expect(stage.deaths[at]).toContain("it sent a message that no host sends");
      guest.says(`after ${at}`);
      await stage.sees(() => guest.inbox.at(-1) === `after ${at}`);
      await isUntouched(scene);
    }
    expect(guest.closed).toBeNull();
  });

  test("ends when the last part of a large commit is wrong, and no part of it takes effect", async () => {
    const scene = await sceneOn(place);
    const { stage, guest, forge } = scene;
    const part = (...commands: unknown[]): unknown => ({ kind: "part", bytes: bytesOf(commands) });
    const send = [COMMANDS.send, guest.session.ref, "of a wrong commit"];
    forge(part(...send), part(99, 1, "x"), commit(...send));
    await stage.sees(() => stage.deaths.length === 1);
    expect(stage.deaths[0]).toMatch(/command 99 is unknown/);
    guest.says("after");
    await stage.sees(() => guest.inbox.at(-1) === "after");
    expect(guest.inbox).not.toContain("of a wrong commit");
    await isUntouched(scene);
  });

  test("cannot let a session keep more than its calls do: what is beyond it has no effect, and one line says so", async () => {
    const scene = await sceneOn(place);
    const { stage, guest, forge } = scene;
    const { ref } = guest.session;
    const joins = Array.from({ length: 200 }, (_, at) => [COMMANDS.join, ref, `room ${at}`]).flat();
    const large = { bytes: new Uint8Array(1_000_000), at: 0, of: 1_000_000 };
    const sets = Array.from({ length: 1100 }, (_, at) => [
      COMMANDS.setAttribute,
      ref,
      `small ${at}`,
      at,
    ]).flat();
    forge(
      commit(
        ...[COMMANDS.join, ref, "r".repeat(256)],
        ...joins,
        ...[COMMANDS.setAttribute, ref, "large", large],
        ...[COMMANDS.setAttribute, ref, "a".repeat(256), 1],
        ...sets,
        ...[COMMANDS.send, ref, "the last one"],
      ),
    );
    await stage.sees(() => guest.inbox.at(-1) === "the last one");
    const names = Array.from(guest.session.rooms ?? [], ({ name }) => name);
    expect(names).toHaveLength(128);
    expect(names).not.toContain("r".repeat(256));
    const attributes = guest.session.attributes?.values ?? new Map<string, unknown>();
    expect(attributes.size).toBe(1000);
    expect([...attributes.keys()].filter((key) => !/^(?:small|name)/.test(key))).toEqual([]);
    expect([...stage.warnings, ...stage.deaths]).toEqual([
      expect.stringContaining("asked for join beyond sessionLimits"),
    ]);
  });

  test("has no right to sessions of others: what it commands there has no effect, and one line says so", async () => {
    const scene = await sceneOn(place);
    const { stage, guest, neighbour, forge } = scene;
    const { ref } = neighbour.session;
    const none = { bytes: new Uint8Array([1]), at: 0, of: 1 };
    forge(
      commit(
        ...[COMMANDS.close, ref, 4000, "forged"],
        ...[COMMANDS.join, ref, "forged"],
        ...[COMMANDS.leave, ref, "hall"],
        ...[COMMANDS.setAttribute, ref, "name", none],
        ...[COMMANDS.refuse, ref, 403, "forged", []],
        ...[COMMANDS.publish, neighbour.session.handshake.route, "forged", 0],
        ...[COMMANDS.send, guest.session.ref, "the last one"],
      ),
    );
    await stage.sees(() => guest.inbox.at(-1) === "the last one");
    await isUntouched(scene);
    expect(neighbour.inbox).toEqual(["open", "still here"]);
    expect([...stage.warnings, ...stage.deaths]).toEqual([expect.stringContaining("asked for close")]);
  });

  const many = Number(process.env["PARLOR_FUZZ"] ?? (place === THREAD ? 150 : 40));
  test(`survives ${many} forged messages of every kind, and touches no session of others`, async () => {
    const seed = Number(process.env["PARLOR_FUZZ_SEED"] ?? Date.now() % 1_000_000);
    console.log(`forged messages on a ${place.name}: seed ${seed}`);
    const scene = await sceneOn(place);
    const { stage, route, neighbour } = scene;
    const fuzzer = new HostFuzzer(seed, () => ({
      own: [scene.guest.session.ref],
      others: [neighbour.session.ref],
      scripts: [route.info.name, `ws ${route.info.route}`],
      names: ["hall", neighbour.session.handshake.route, neighbour.session.handshake.script],
    }));
    for (let at = 0, guest = scene.guest; at < many; at += 1) {
      if (guest.closed !== null || guest.isGone) guest = route.connect();
      const bytes = place === THREAD ? serialize([fuzzer.message()]) : fuzzer.frame();
      guest.says(new Uint8Array(bytes));
      // A host that is ended has its next message behind its restart.
      if (at % 5 === 4) {
        neighbour.says(`at ${at}`);
        await stage.sees(() => neighbour.inbox.at(-1) === `at ${at}`);
      }
    }
    await isUntouched(scene);
  }, 600_000);
});
