// Boundary: how a new contract of messages breaks clients that hold the previous one.
import type { ContractFacts, JsonSchema, MessageFacts } from "./contract-facts.ts";
import { narrowings, type Narrowing } from "./narrowings.ts";

/**
 * The changes that clients of the previous contract do not survive: a message that is gone, one from clients of which
 * less is taken, one to clients that has more than they take. Without JSON Schemas only the names are compared.
 */
export function contractBreaks(before: ContractFacts, after: ContractFacts | null): ContractBreak[] {
  if (after === null) return [{ where: "messages", change: "the contract is gone" }];
  const found = [...inbound("in", before.in, after.in), ...outbound("out", before.out, after.out)];
  for (const [name, call] of Object.entries(before.calls)) {
    const now = after.calls[name];
    if (now === undefined) found.push(gone(`calls.${name}`));
    else {
      found.push(...inbound(`calls.${name}`, { in: call.in }, { in: now.in }));
      found.push(...outbound(`calls.${name}`, { out: call.out }, { out: now.out }));
    }
  }
  return found;
}

/** A message by its place in the contract, and what has changed: `field text is required now`. */
export interface ContractBreak {
  readonly where: string;
  readonly change: string;
}

function inbound(section: string, before: MessageFacts, after: MessageFacts): ContractBreak[] {
  return compare(section, [before, after], (was, is) => narrowings(was, is), INBOUND);
}

// What a client takes is what the previous contract says: the new one must not send more.
function outbound(section: string, before: MessageFacts, after: MessageFacts): ContractBreak[] {
  return compare(section, [before, after], (was, is) => narrowings(is, was), OUTBOUND);
}

function compare(
  section: string,
  [before, after]: readonly [MessageFacts, MessageFacts],
  narrowed: (was: JsonSchema, is: JsonSchema) => Narrowing[],
  texts: Texts,
): ContractBreak[] {
  return Object.entries(before).flatMap(([name, was]) => {
    const is = after[name];
    if (is === undefined) return [gone(`${section}.${name}`)];
    if (was === null || is === null) return [];
    return narrowed(was, is).map(({ field, kind }) => ({
      where: `messages.${section}.${name}`,
      change: `${field === "" ? "it" : `field ${field}`} ${texts[kind]}`,
    }));
  });
}

function gone(where: string): ContractBreak {
  return { where: `messages.${where}`, change: "it is gone" };
}

type Texts = Readonly<Record<Narrowing["kind"], string>>;

const INBOUND: Texts = {
  required: "is required now",
  removed: "is no longer accepted",
  type: "has another type",
  values: "accepts fewer values",
  bounds: "has a narrower bound",
  closed: "no longer accepts other fields",
};

const OUTBOUND: Texts = {
  required: "may be missing now",
  removed: "is new, and the previous contract accepts no other fields",
  type: "has another type",
  values: "may have further values",
  bounds: "has a wider bound",
  closed: "may have further fields",
};
