// Dialect: how often the two sides of a STOMP connection send something.
import { LONGEST_SLEEP } from "../../../../boundary/clock.ts";
import { StompError } from "./stomp-error.ts";

/** Milliseconds between two heart-beats; 0 is none. */
export interface HeartBeatPlan {
  /** Of the server. */
  readonly outgoing: number;
  /** Of the client: when it is silent for several of them, the connection is lost. */
  readonly incoming: number;
}

/** What the server can do, and what it wants, ms: its own header `heart-beat` has it twice. */
export const SERVER_BEAT = 10_000;

/** Published: a direction has the slower one of what one side can do and the other wants, and none if one says 0. */
export function heartBeatPlan(header: string | undefined): HeartBeatPlan {
  const match = /^\s*(\d{1,10})\s*,\s*(\d{1,10})\s*$/.exec(header ?? "0,0");
  if (match === null)
    throw new StompError(
      `heart-beat is ${JSON.stringify(header)}`,
      "give two numbers of milliseconds, as in heart-beat:10000,10000",
    );
  const [can, wants] = match
    .slice(1)
    .map((part) => (Number(part) === 0 ? 0 : Math.max(Number(part), SERVER_BEAT)));
  return {
    outgoing: Math.min(wants ?? 0, LONGEST_SLEEP),
    incoming: (can ?? 0) > LONGEST_SLEEP ? 0 : (can ?? 0),
  };
}
