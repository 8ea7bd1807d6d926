import { setTimeout } from "node:timers/promises";

/** How long a fault lasts is a part of it: a node's view of time is what such a test tries. */
export async function pause(ms: number): Promise<void> {
  await setTimeout(ms);
}
