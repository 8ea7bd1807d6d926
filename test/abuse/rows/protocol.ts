import { clientFrame, upgradeRequest } from "../../support/raw-socket.ts";
import { Attacker } from "../support/attacker.ts";
import { clientEnds, replies, repeated } from "../support/moves.ts";
import type { Figures } from "../support/row.ts";
import type { Target } from "../support/target.ts";
import type { AbuseRow } from "./row-table.ts";

/** Sends each of these bytes on a connection of its own, and says with what codes they were closed. */
async function codesOf(target: Target, attempts: Readonly<Record<string, Buffer>>): Promise<Figures> {
  const codes: Record<string, number | null> = {};
  for (const [name, bytes] of Object.entries(attempts)) {
    const client = await target.open();
    await client.write(bytes);
    codes[name] = await clientEnds(client);
  }
  return codes;
}

const all = (...codes: readonly number[]): AbuseRow["holds"] => {
  return (figures) => Object.values(figures).every((code) => codes.includes(Number(code)));
};

/** A head that announces a length of 64 bits. */
const announced = (length: bigint): Buffer => {
  const head = clientFrame(0x82, "", 70_000);
  head.writeBigUInt64BE(length, 2);
  return head;
};

/** Frames that RFC 6455 does not allow, or that announce too much. */
export const protocolRows: readonly AbuseRow[] = [
  {
    no: 1,
    title: "an unmasked frame",
    expects: "1002",
    attack: (target) => codesOf(target, { unmasked: Buffer.from("\x81\x02hi", "latin1") }),
    holds: all(1002),
  },
  {
    no: 2,
    title: "RSV1 without compression, and an unknown opcode",
    expects: "1002",
    attack: (target) => codesOf(target, { rsv1: clientFrame(0xc1, "hi"), opcode3: clientFrame(0x83, "hi") }),
    holds: all(1002),
  },
  {
    no: 3,
    title: "a ping of 126 bytes, and a ping in fragments",
    expects: "1002",
    attack: (target) =>
      codesOf(target, { big: clientFrame(0x89, "p".repeat(126)), fragment: clientFrame(0x09, "hi") }),
    holds: all(1002),
  },
  {
    no: 4,
    title: "UTF-8 that is wrong across two fragments",
    expects: "1007",
    attack: (target) =>
      codesOf(target, {
        split: Buffer.concat([
          clientFrame(0x01, Buffer.from([0xce])),
          clientFrame(0x80, Buffer.from([0x41])),
        ]),
      }),
    holds: all(1007),
  },
  {
    no: 5,
    title: "lengths of 2^63 - 1 and 2^64 - 1",
    expects: "1009 or 1002, no memory",
    peak: 16,
    attack: (target) =>
      codesOf(target, { len63: announced(2n ** 63n - 1n), len64: announced(2n ** 64n - 1n) }),
    holds: all(1009, 1002),
  },
  {
    no: 6,
    title: "a head that announces 10 GiB",
    expects: "1009 at the head",
    peak: 16,
    attack: (target) => codesOf(target, { len10GiB: announced(10n * 2n ** 30n) }),
    holds: all(1009),
  },
  {
    no: 7,
    title: "a byte more than a message may have, in a frame and in fragments",
    expects: "1009",
    attack: (target) => {
      const half = Buffer.alloc(target.maxPayload / 2, "a");
      const parts = [clientFrame(0x02, half), clientFrame(0x00, half), clientFrame(0x80, "a")];
      return codesOf(target, {
        frame: clientFrame(0x82, "", target.maxPayload + 1),
        fragments: Buffer.concat(parts),
      });
    },
    holds: all(1009),
  },
  {
    no: 8,
    title: "close frames with code 1004, with one byte, and with a reason that is not UTF-8",
    expects: "1002, 1002, 1007",
    attack: (target) =>
      codesOf(target, {
        code1004: clientFrame(0x88, Buffer.from([0x03, 0xec])),
        oneByte: clientFrame(0x88, Buffer.from([0x03])),
        reason: clientFrame(0x88, Buffer.from([0x03, 0xe8, 0xff])),
      }),
    holds: ({ code1004, oneByte, reason }) => code1004 === 1002 && oneByte === 1002 && reason === 1007,
  },
  {
    no: 10,
    unfit: ["socket-io"],
    title: "frames in the packet of the handshake",
    expects: "answered",
    attack: async (target) => {
      const client = await Attacker.dial(target);
      const greeting = target.speech.greeting.map((text) =>
        clientFrame(opcodeOf(target), Buffer.from(text, "latin1")),
      );
      // A protocol whose client must wait for a confirmation has its greeting in the packet, and no message.
      const echo = target.message({ verb: "echo", value: "early" });
      const first = target.speech.ready === undefined ? [...greeting, echo] : greeting;
      const request = Buffer.from(upgradeRequest(await target.pathOf()));
      await client.write(Buffer.concat([request, ...first]));
      return { answered: await replies(client, greeting.length > 0 ? 2 : 1) };
    },
    holds: ({ answered }) => answered === true,
  },
  {
    no: 11,
    title: "100 clients that send a message in writes of one byte",
    expects: "all answered",
    attack: async (target) => {
      const clients = await repeated(100, () => target.open());
      const before = clients.map(({ received }) => received);
      for (const byte of target.message({ verb: "echo", value: "drip" })) {
        await Promise.all(clients.map((client) => client.write(Uint8Array.of(byte))));
        await new Promise(setImmediate);
      }
      const answers = await Promise.all(clients.map((client, at) => replies(client, 1, before[at])));
      return { answered: answers.filter(Boolean).length };
    },
    holds: ({ answered }) => answered === 100,
  },
];

const opcodeOf = ({ speech }: Target): number => (speech.isBinary ? 0x82 : 0x81);
