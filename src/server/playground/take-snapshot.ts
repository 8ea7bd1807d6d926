// Server: reads the state of a running server for the playground, in bounded time.
import { keysOf, scriptKey, type ScriptKey } from "../../boundary/script-key.ts";
import type { Room, Session } from "../../front/directory/session.ts";
import type { Supervisor } from "../../front/supervise/supervisor.ts";
import type { Engine } from "../engine/engine.ts";
import type { RouteRow } from "../engine/rows.ts";
import type { Journal } from "./journal.ts";
import { LONGEST, SHOWN, listed, shortened } from "./snapshot.ts";
import type {
  AppState,
  Listed,
  PathState,
  RoomState,
  RouteState,
  Sections,
  SessionEntry,
} from "./snapshot.ts";

/** Reads all sections. */
export function takeSnapshot(engine: Engine, journal: Journal, app: AppState): Sections {
  const { rooms } = engine.front.directory;
  return {
    app,
    routes: routesOf(engine),
    rooms: { total: rooms.size, shown: largestRooms(rooms.values()) },
    sessions: newestSessions(engine.front.directory.sessions),
    faults: { total: journal.totals.faults, shown: journal.faults },
    reloads: { total: journal.totals.reloads, shown: journal.reloads },
  };
}

function routesOf(engine: Engine): Listed<RouteState> {
  const places = placesOf(engine);
  return listed(engine.installer.deployment.rows, SHOWN.routes, (row) => routeOf(row, engine, places));
}

function routeOf(row: RouteRow, engine: Engine, places: Places): RouteState {
  const { kind, route, script, version, tickRate, schedule } = row;
  const key = kind === "static" ? null : scriptKey({ kind, route, name: script });
  const hosts = key === null ? [] : (places.get(key) ?? []);
  const paths = key === null ? [] : pathsOf(row, key, engine);
  const traffic = hosts.map(({ slot }) => engine.front.traffic(slot));
  return {
    ...{ kind, route, script, version, tickRate, schedule, paths },
    state: stateOf(row, hosts),
    sessions: sum(sessionRoutes(row, paths, key), (name) => engine.front.directory.route(name).members.size),
    received: sum(traffic, ({ received }) => received),
    sent: sum(traffic, ({ sent }) => sent),
    ticks: key === null ? null : (hosts[0]?.supervisor.ticks.figures(key) ?? null),
    restarts: sum(hosts, ({ supervisor }) => supervisor.restarts.total),
    reloads: sum(hosts, ({ supervisor }) => supervisor.handover.count),
  };
}

/** The hosts of each script. */
type Places = ReadonlyMap<ScriptKey, readonly Place[]>;

interface Place {
  readonly slot: number;
  readonly supervisor: Supervisor;
}

function placesOf({ front, installer }: Engine): Places {
  const places = new Map<ScriptKey, Place[]>();
  for (const slot of installer.slots.values()) {
    const supervisor = front.supervisor(slot);
    if (supervisor === undefined) continue;
    const place = { slot, supervisor };
    for (const key of keysOf(supervisor.spec)) places.set(key, [...(places.get(key) ?? []), place]);
  }
  return places;
}

// Of several hosts, the one in trouble counts.
function stateOf({ status }: RouteRow, hosts: readonly Place[]): RouteState["state"] {
  if (status === "failed") return "broken";
  return TROUBLE.find((state) => hosts.some(({ supervisor }) => supervisor.state === state)) ?? "idle";
}

const TROUBLE = ["failed", "restarting", "reloading", "starting", "serving"] as const;

function pathsOf(row: RouteRow, key: ScriptKey, engine: Engine): PathState[] {
  if (row.kind === "ws" || row.kind === "http") return [{ kind: row.kind, pattern: row.route, port: null }];
  if (row.kind !== "program") return [];
  return engine.programs.pathsOf(key).slice(0, SHOWN.names);
}

/** The names under which the sessions of a script are in the directory. */
function sessionRoutes(
  { kind, route }: RouteRow,
  paths: readonly PathState[],
  key: ScriptKey | null,
): string[] {
  if (kind === "ws") return [route];
  if (key === null || kind !== "program") return [];
  return paths.flatMap((path) => (path.kind === "ws" && path.port === null ? [path.pattern] : []));
}

/** Of very many rooms only the first ones are looked at: no subscriber is worth a stalled server. */
const LOOKED_AT = 2000;

function largestRooms(rooms: Iterable<Room>): RoomState[] {
  const all: Room[] = [];
  for (const room of rooms) if (all.push(room) >= LOOKED_AT) break;
  const largest = all.sort((a, b) => b.members.size - a.members.size).slice(0, SHOWN.rooms);
  return largest.map(({ name, members }) => ({ name: shortened(name, LONGEST.name), members: members.size }));
}

// The directory has them by their numbers, oldest first.
function newestSessions(sessions: ReadonlyMap<number, Session>): Listed<SessionEntry> {
  const refs = [...sessions.keys()].slice(-SHOWN.sessions).reverse();
  const newest = refs.flatMap((ref) => sessions.get(ref) ?? []);
  return { total: sessions.size, shown: newest.map(sessionOf) };
}

function sessionOf({ handshake, state, rooms }: Session): SessionEntry {
  const { id, route, path, address } = handshake;
  const names = [...(rooms ?? [])];
  return {
    ...{ id, address, state },
    route: shortened(route, LONGEST.name),
    path: shortened(path, LONGEST.name),
    rooms: listed(names, SHOWN.names, ({ name }) => shortened(name, LONGEST.name)),
  };
}

function sum<Entry>(all: readonly Entry[], figure: (entry: Entry) => number): number {
  return all.reduce((total, entry) => total + figure(entry), 0);
}
