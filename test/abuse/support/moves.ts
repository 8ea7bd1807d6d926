import { PATIENCE_MS } from "../../support/patience.ts";
import type { Attacker } from "./attacker.ts";
import type { Command, Target } from "./target.ts";

/** How a connection was closed: its code, 1006 where there was none, null where it stays open. */
export async function clientEnds(client: Attacker, patience = PATIENCE_MS / 3): Promise<number | null> {
  const ended = await within(client.ended, patience);
  return ended === null ? null : (ended.code ?? 1006);
}

/** The result of a promise, or null if it takes longer. */
export async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), ms)));
  const result = await Promise.race([promise, over]);
  clearTimeout(timer);
  return result;
}

/** Resolves with true as soon as something holds, with false when it does not in time. */
export async function holdsSoon(holds: () => boolean | Promise<boolean>, ms = PATIENCE_MS): Promise<boolean> {
  const end = performance.now() + ms;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Whether a client receives this many messages, beside bytes that it had received before. */
export function replies(client: Attacker, count: number, before = 0): Promise<boolean> {
  const isThere = (): boolean => messagesOf(client) >= count && client.received > before;
  return holdsSoon(() => isThere() || client.hasEnded, PATIENCE_MS / 3).then(isThere);
}

/** How many messages a client has received. */
export function messagesOf({ frames: { counts } }: Attacker): number {
  return (counts.get(1) ?? 0) + (counts.get(2) ?? 0);
}

/** Sends commands, of which the last one gets a reply. Returns the last word of it, whatever the protocol puts around. */
export async function asked(target: Target, client: Attacker, ...commands: Command[]): Promise<string> {
  const before = messagesOf(client);
  for (const command of commands) await client.write(target.message(command));
  if (!(await holdsSoon(() => messagesOf(client) > before || client.hasEnded)) || client.hasEnded)
    throw new Error(`no reply to ${commands.at(-1)?.verb}`);
  return /[\w-]+(?="?\]?$)/.exec(client.frames.last.toString("latin1"))?.[0] ?? "";
}

/** Makes some of something at the same time. */
export function repeated<Value>(count: number, make: (at: number) => Promise<Value>): Promise<Value[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => make(at)));
}
