// What strangers send by the thousand: no fault of the server, nothing of others lost, all accounted for. For a longer
// run: `PARLOR_FUZZ_MS=600000`; `PARLOR_FUZZ_SEED` repeats one.
import { expect, test } from "vitest";
import { Attacker } from "../support/attacker.ts";
import { repeated, within } from "../support/moves.ts";
import { damageOf } from "../support/row.ts";
import { ParlorTarget } from "../support/target.ts";
import { ClientFuzzer, type Attempt } from "./client-fuzzer.ts";

const MS = Number(process.env["PARLOR_FUZZ_MS"] ?? 5000);
const SEED = Number(process.env["PARLOR_FUZZ_SEED"] ?? Date.now() % 1_000_000);
const AT_ONCE = 20;

const FILES = {
  "http/all.js": `
    const read = async (request) => {
      const copy = request.clone();
      const parts = [await request.formData().catch(() => null), await copy.text()];
      return new Response(String(parts[1].length));
    };
    export { read as GET, read as POST, read as PUT };`,
  "bolt/program.js": `
    post("/bolt", () => {
      $bolt.json([$bolt.files(), $bolt.formField("a"), $bolt.formFieldAll("a"), $bolt.cookie("c"), $bolt.query("a")]);
    });
    get("/bolt", () => $bolt.send($bolt.query("a") + $bolt.cookie("c")));
    ws("/bolt-ws", "", () => $bolt.wsSendTo($bolt.wsClientId(), $bolt.wsEventMessage()), "");`,
  "dirigible/parlor.json": `{ "v2": true }`,
  "dirigible/tea/room.js": `
    exports.onMessage = (message) => "reply to " + message;
    exports.onOpen = exports.onError = exports.onClose = () => undefined;`,
  "dirigible/tea/room.websocket": `{ "handler": "tea/room", "endpoint": "room", "description": "" }`,
};

/** The statuses that a server may respond with to anything. A 500 would be a fault of a script that has none. */
const isProper = (status: number | null): boolean =>
  status === null || (status >= 100 && status < 600 && status !== 500);

test("bytes of strangers do no harm to any kind of route", { timeout: MS + 100_000 }, async () => {
  const fuzzer = new ClientFuzzer(SEED);
  const target = await ParlorTarget.launch({ files: FILES });
  const improper: string[] = [];
  let attempts = 0;
  const make = async (attempt: Attempt): Promise<void> => {
    const client = await Attacker.dial(target);
    for (const packet of attempt) await client.write(packet);
    // Long enough for most responses; those that wait for more bytes are cut.
    await within(client.response(), 200);
    const status = /^HTTP\/1\.1 (\d{3})/.exec((await within(client.response(), 1)) ?? "")?.[1] ?? null;
    if (!isProper(status === null ? null : Number(status)))
      improper.push(
        `${status} for ${JSON.stringify(Buffer.concat(attempt).toString("latin1").slice(0, 300))}`,
      );
    client.reset();
    attempts += 1;
  };
  const damage = await damageOf(target, async () => {
    const end = performance.now() + MS;
    while (end >= performance.now()) await repeated(AT_ONCE, () => make(fuzzer.attempt()));
  });
  expect([`seed ${SEED}`, ...improper]).toEqual([`seed ${SEED}`]);
  expect([`seed ${SEED}`, damage.problem, await target.audit(damage.heard)]).toEqual([
    `seed ${SEED}`,
    null,
    null,
  ]);
  expect(target.app.logged(/PARLOR_(?:HOST|SERVER)_/)).toEqual([]);
  expect(attempts).toBeGreaterThan(AT_ONCE);
  expect(damage.peak).toBeLessThan(200);
});
