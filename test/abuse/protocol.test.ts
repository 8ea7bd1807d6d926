import { expect } from "vitest";
import { clientFrame } from "../support/raw-socket.ts";
import { Attacker } from "./support/attacker.ts";
import { row } from "./support/row.ts";

row(
  "a frame that announces 10 GiB is refused at its head",
  async (victim) => {
    const client = await Attacker.upgrade(victim);
    await client.write(clientFrame(0x82, "", 10 * 2 ** 30));
    expect(await client.ended).toMatchObject({ code: 1009 });
  },
  { peak: 16 },
);

row(
  "100,000 fragments of one byte end the connection that sends them",
  async (victim) => {
    const client = await Attacker.upgrade(victim);
    await client.write(clientFrame(0x01, "a"));
    const packet = Buffer.concat(Array.from({ length: 100 }, () => clientFrame(0x00, "a")));
    await client.flood(packet, { times: 1000 });
    const { code } = await client.ended;
    expect(code).toBe(1008);
  },
  { peak: 32 },
);
