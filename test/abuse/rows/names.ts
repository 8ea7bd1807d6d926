import { clientFrame } from "../../support/raw-socket.ts";
import { holdsSoon } from "../support/moves.ts";
import type { Figures } from "../support/row.ts";
import { figuresOf } from "../support/victim.ts";
import type { Command, Target } from "../support/target.ts";
import type { AbuseRow } from "./row-table.ts";

/** Whether the server replies to another client after these messages. */
async function answersAfter(
  target: Target,
  messages: readonly (Command | string | Buffer)[],
): Promise<Figures> {
  const client = await target.open();
  for (const message of messages)
    await client.write(Buffer.isBuffer(message) ? message : target.message(message));
  const other = await target.open().catch(() => null);
  if (other === null) return { answered: false };
  const before = other.received;
  await other.write(target.message({ verb: "polluted" }));
  await holdsSoon(() => other.received > before || other.hasEnded, 10_000);
  return { answered: other.received > before && !other.hasEnded };
}

const answered: AbuseRow["holds"] = (figures) => figures["answered"] === true;

/** Names and values that programs stumble over. */
export const nameRows: readonly AbuseRow[] = [
  {
    no: 33,
    title: "`__proto__`, `constructor`, `toString` and an empty text as names of rooms and attributes",
    expects: "plain names",
    attack: (target) =>
      answersAfter(
        target,
        ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", ""].flatMap((name) => [
          { verb: "join", name },
          { verb: "keep", name, value: "polluted" },
          { verb: "say", name, value: "hello" },
        ]),
      ),
    holds: answered,
  },
  {
    no: 34,
    title: "JSON that is cut off, 200,000 nested arrays, and bytes of another protocol",
    expects: "an error of this message alone",
    attack: async (target) => {
      const { answered: garbage } = await answersAfter(target, ['{"verb":', "[".repeat(200_000)]);
      const other = clientFrame(0x82, Buffer.from("\x16\x03\x01\x02\x00\x01\xfc", "latin1"));
      const figures = await answersAfter(target, [other]);
      return { answered: garbage === true && figures["answered"] === true };
    },
    holds: answered,
  },
  {
    no: 35,
    title: "a message that is valid, and null",
    expects: "an error of this message alone",
    attack: (target) => answersAfter(target, ["null"]),
    holds: answered,
  },
];

/** Scripts that fail, in every way that a client can cause. */
export const faultRows: readonly AbuseRow[] = [
  {
    no: 37,
    title: "a handler that throws, rejects, and throws in a timer",
    expects: "the error is logged; the others go on",
    attack: (target) => answersAfter(target, [{ verb: "throw" }, { verb: "reject" }, { verb: "timer" }]),
    holds: answered,
  },
  {
    no: 40,
    title: "a million timers, 1,000 closes, and a send after them",
    expects: "the others go on",
    peak: 512,
    attack: (target) => answersAfter(target, [{ verb: "timers" }, { verb: "closes" }]),
    holds: answered,
  },
];

const loop: AbuseRow = {
  no: 38,
  title: "a handler that loops for 8 s",
  expects: "clients of other routes do not wait",
  attack: async (target) => {
    const start = performance.now();
    const client = await target.open();
    await client.write(target.message({ verb: "loop" }));
    let isBack = false;
    while (!isBack && target.end === null && performance.now() - start < 20_000)
      isBack = (await answersAfter(target, [])).answered === true;
    return { back: isBack, seconds: Math.round((performance.now() - start) / 100) / 10 };
  },
  holds: ({ back, seconds }) => back === true && Number(seconds) < 15,
};

const hog = (verb: string, what: string): AbuseRow => ({
  no: 39,
  title: `a handler that keeps ${what} without end`,
  expects: "its route restarts; the others go on",
  // The script's own memory, up to the default of `memoryLimit`, and what follows until it is stopped.
  peak: 2500,
  attack: async (target) => {
    const client = await target.open();
    await client.write(target.message({ verb: verb }));
    const isAnswered = async (): Promise<boolean> => (await answersAfter(target, []))["answered"] === true;
    const isBack = await holdsSoon(async () => target.end !== null || (await isAnswered()), 30_000);
    return { back: isBack && target.end === null };
  },
  holds: ({ back }) => back === true,
});

/** Buffers are not in the heap of a thread, and no handler stands still meanwhile. */
const buffers: AbuseRow = {
  no: 39,
  title: "a handler that keeps 2 GB of Buffers, in timers",
  expects: "its route restarts; the others go on",
  // As above: the default of `memoryLimit`, and what follows until it is stopped.
  peak: 2500,
  attack: async (target) => {
    const before = figuresOf(target.pid).resident;
    const client = await target.open();
    await client.write(target.message({ verb: "buffers" }));
    const grown = (): number => (target.end === null ? figuresOf(target.pid).resident - before : 0);
    const hasGrown = await holdsSoon(() => grown() > 300 || target.end !== null, 30_000);
    const isFreed = hasGrown && (await holdsSoon(() => grown() < 200, 30_000));
    const { answered: isBack } = target.end === null ? await answersAfter(target, []) : { answered: false };
    return { freed: isFreed, back: isBack === true };
  },
  holds: ({ freed, back }) => freed === true && back === true,
};

/** A script that loops or fills its heap, until a limit ends it: its route suffers, so each has a server of its own. */
export const limitRows: readonly AbuseRow[] = [loop, hog("objects", "small objects")];

/** All scripts that take the processor or the memory. */
export const scriptRows: readonly AbuseRow[] = [...limitRows, hog("map", "a growing map"), buffers];
