import { randomBytes, randomUUID } from "node:crypto";
import { asked, messagesOf, repeated } from "../support/moves.ts";
import type { Figures } from "../support/row.ts";
import type { Target } from "../support/target.ts";
import type { AbuseRow } from "./row-table.ts";

const GUESSES = 1000;
const IDS = 500;
const DONE = { verb: "echo", value: "done" };

/** Clients that address others. */
export const strangerRows: readonly AbuseRow[] = [
  {
    no: 36,
    title: "1,000 guessed ids of sessions, and 1,000 guessed names of rooms",
    expects: "none is met; 122 random bits in an id, those of a UUID",
    attack: guess,
    holds: ({ met, bits }) => met === 0 && Number(bits) >= 122,
  },
];

async function guess(target: Target): Promise<Figures> {
  const bits = randomBits(await idsOf(target));
  const [member, stranger] = [await target.open(), await target.open()];
  const id = await asked(target, member, { verb: "id" });
  const room = (): string => `private ${randomUUID()}`;
  await asked(target, member, { verb: "join", name: room() }, DONE);
  const before = messagesOf(member);
  for (let at = 0; at < GUESSES; at += 1) {
    const name =
      at % 2 === 0 ? nearly(id, at / 2) : randomBytes(id.length).toString("hex").slice(0, id.length);
    await stranger.write(target.message({ verb: "send", name, value: "met" }));
    await stranger.write(target.message({ verb: "say", name: room(), value: "met" }));
  }
  await asked(target, stranger, DONE);
  // It comes after all that the guesses have sent.
  await asked(target, member, DONE);
  return { met: messagesOf(member) - before - 1, bits };
}

/** An id of which one character differs by one. */
function nearly(id: string, number: number): string {
  const at = id.length - 1 - (number % id.length);
  return id.slice(0, at) + String.fromCharCode(id.charCodeAt(at) ^ 1) + id.slice(at + 1);
}

async function idsOf(target: Target): Promise<string[]> {
  const ids: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const clients = await repeated(IDS / 5, () => target.open());
    ids.push(...(await Promise.all(clients.map((client) => asked(target, client, { verb: "id" })))));
    for (const client of clients) client.reset();
  }
  return ids;
}

/** How many bits differ from one id to another: in each place, those of the characters that occur there. */
function randomBits(ids: readonly string[]): number {
  const length = Math.min(...ids.map((id) => id.length));
  let bits = 0;
  for (let at = 0; at < length; at += 1) bits += Math.log2(new Set(ids.map((id) => id[at])).size);
  return Math.floor(bits);
}
