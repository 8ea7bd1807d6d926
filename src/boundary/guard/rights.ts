// Boundary: the rights of scripts: which commands those of a dialect may send, and on what.
import type { Commands } from "../commands.ts";

/**
 * `any`: on whatever it names. `own`: on sessions, routes, requests and scripts of its own host. `none`: its dialect has
 * no call for it. The front enforces them, whatever a script writes to the place of its host's messages.
 */
export type Right = "any" | "own" | "none";

/** Questions of programs count as commands here. */
export type Rights = Readonly<Record<keyof Commands | "listen", Right>>;

/** The rights of scripts by dialect. A client of another route can be sent to, alone or in a room, and nothing else. */
export const RIGHTS: Readonly<Record<string, Rights>> = {
  diesel: {
    send: "any",
    broadcast: "any",
    publish: "own",
    close: "own",
    report: "own",
    envelope: "own",
    join: "own",
    leave: "own",
    setAttribute: "own",
    accept: "own",
    refuse: "own",
    respond: "own",
    write: "own",
    fail: "own",
    claim: "none",
    connect: "none",
    sendClient: "none",
    closeClient: "none",
    listen: "none",
  },
  scripting: {
    send: "own",
    broadcast: "none",
    publish: "none",
    close: "own",
    report: "none",
    envelope: "none",
    join: "none",
    leave: "none",
    setAttribute: "none",
    accept: "own",
    refuse: "own",
    respond: "own",
    write: "own",
    fail: "own",
    claim: "none",
    connect: "own",
    sendClient: "own",
    closeClient: "own",
    listen: "own",
  },
  dirigible: {
    send: "own",
    broadcast: "any",
    publish: "none",
    close: "own",
    report: "none",
    envelope: "none",
    join: "own",
    leave: "own",
    setAttribute: "own",
    accept: "own",
    refuse: "own",
    respond: "none",
    write: "none",
    fail: "none",
    claim: "own",
    connect: "own",
    sendClient: "own",
    closeClient: "own",
    listen: "none",
  },
  bolt: {
    send: "own",
    broadcast: "any",
    publish: "own",
    close: "own",
    report: "none",
    envelope: "none",
    join: "own",
    leave: "own",
    setAttribute: "none",
    accept: "own",
    refuse: "own",
    respond: "own",
    write: "own",
    fail: "own",
    claim: "own",
    connect: "none",
    sendClient: "none",
    closeClient: "none",
    listen: "none",
  },
};

/** The rights of a host whose scripts are of these dialects: for each command, the widest of theirs. */
export function rightsOf(dialects: Iterable<string>): Rights {
  const all = Array.from(new Set(dialects), (dialect) => RIGHTS[dialect] ?? EMBEDDER);
  const names = Object.keys(EMBEDDER) as (keyof Rights)[];
  const widest = (name: keyof Rights): Right =>
    WIDEST.find((right) => (all.length === 0 ? [EMBEDDER] : all).some((rights) => rights[name] === right)) ??
    "none";
  return Object.fromEntries(names.map((name) => [name, widest(name)])) as unknown as Rights;
}

const WIDEST: readonly Right[] = ["any", "own", "none"];

/** A host without scripts is the embedding program's: it sends to rooms and sessions, as scripts do. */
const EMBEDDER: Rights = { ...(RIGHTS["diesel"] as Rights) };
