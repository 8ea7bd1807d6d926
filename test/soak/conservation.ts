import type { DeliveryCounts } from "../../src/front/flow/outbound-flow.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { sleep } from "./figures.ts";
import type { ServedApp } from "./served-app.ts";

/**
 * What is wrong with the counts of a server through which nothing passes any more; null if each message is accounted
 * for. In each direction, of each session, room and route, and in all, `offered` is what was delivered, is queued or was
 * dropped for a reason. `sent`: how many messages the clients of a route have received by their own count.
 */
export async function unaccounted(
  app: ServedApp,
  sent: Readonly<Record<string, number>> = {},
): Promise<string | null> {
  const end = performance.now() + PATIENCE_MS / 6;
  for (;;) {
    const wrong = await lookAt(app, sent);
    // What was sent last may be between two counts.
    if (wrong.length === 0 || performance.now() > end) return wrong.length === 0 ? null : wrong.join("; ");
    await sleep(50);
  }
}

async function lookAt(app: ServedApp, sent: Readonly<Record<string, number>>): Promise<string[]> {
  const [{ miscounts }, { messages }, metrics] = [
    await app.status(),
    await app.health(),
    await app.metrics(),
  ];
  const { offered, cutSlow, ...parts } = messages as DeliveryCounts;
  const wrong = [...miscounts];
  if (cutSlow < 0) wrong.push(`${cutSlow} slow sessions were closed`);
  const expectSame = (what: string, one: number, other: number): void => {
    if (one !== other) wrong.push(`${what}: ${one} and ${other}`);
  };
  const total = (name: string, has = ""): number =>
    sum(
      [...metrics].flatMap(([key, value]) =>
        key.startsWith(`${name}{`) && key.includes(has) ? [value] : [],
      ),
    );
  expectSame("offered, and the sum of all", offered, sum(Object.values(parts)));
  expectSame("delivered in all, and by routes", parts.delivered, total("parlor_messages_sent_total"));
  expectSame("queued in all, and by routes", parts.queued, total("parlor_messages_unsent"));
  for (const [name, reason] of Object.entries(REASONS))
    expectSame(
      `dropped (${reason}) in all, and by routes`,
      parts[name as keyof typeof REASONS],
      total("parlor_messages_sent_dropped_total", `reason="${reason}"`),
    );
  for (const [key, received] of metrics) {
    const route = /^parlor_messages_received_total\{(route="[^"]*")\}$/.exec(key)?.[1];
    if (route === undefined) continue;
    const of = (name: string): number => total(`parlor_messages_${name}`, route);
    const known = of("handled_total") + of("waiting") + of("received_dropped_total");
    expectSame(`received by ${route}, and accounted for`, received, known);
  }
  for (const [route, count] of Object.entries(sent))
    expectSame(
      `sent to ${route}, and received there`,
      total("parlor_messages_sent_total", `"${route}"`),
      count,
    );
  return wrong;
}

const REASONS = {
  droppedClosed: "closed",
  droppedSlow: "slow",
  droppedStalled: "stalled",
  droppedSuperseded: "superseded",
  droppedShed: "shed",
} as const;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
