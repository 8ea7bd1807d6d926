import type { Files } from "../../support/running-app.ts";

/** The room whose members the sampler of each node counts. */
export const ROOM = "all";

// Clients join and leave rooms, and send numbered messages. `@` names a room that no client types.
const WS = `
  export function onOpen(session) { session.send(session.id); }
  export function onMessage(session, text) {
    const [what, room = "none", count, size] = text.split(" ");
    const to = session.room(room);
    if (what === "join") to.join();
    else if (what === "leave") to.leave();
    else if (what === "say") to.broadcast(count);
    else if (what === "flood") flood(session, to, Number(count), "x".repeat(Number(size)));
    else if (what === "stop") session.setAttribute("stopped", true);
    if (what === "join" || what === "leave") session.send("ok");
  }
  // Some numbered messages every millisecond, until the client stops them.
  function flood(session, room, each, filling) {
    let sent = 0;
    const some = () => {
      if (session.getAttribute("stopped")) return session.send("sent " + sent);
      for (let at = 0; at < each; at += 1) room.broadcast((sent += 1) + " " + filling);
      setTimeout(some, 1);
    };
    some();
  }
`;

// Sessions, rooms and members as this node knows them, and the extremes of a room's count since they were reset.
const STATE = `
  import { createHash } from "node:crypto";
  const service = diesel.getWebSocketService();
  const room = service.room("${ROOM}");
  let least = Infinity;
  let most = 0;
  setInterval(() => {
    const members = room.members();
    least = Math.min(least, members);
    most = Math.max(most, members);
  }, 5);
  export function GET(request) {
    const rooms = service.listRooms().sort();
    const lines = rooms.map((name) => name + ":" + service.room(name).getMemberIds().sort().join(","));
    const sessions = service.getActiveSessionIds().sort();
    const digest = createHash("sha1").update(JSON.stringify([sessions, lines])).digest("hex");
    const query = new URL(request.url).searchParams;
    const { length } = sessions;
    const members = service.room(query.get("room") ?? "${ROOM}").members();
    const state = { digest, sessions: length, members, least, most };
    if (query.has("reset")) {
      least = Infinity;
      most = 0;
    }
    return Response.json({ ...state, cluster: service.cluster(), now: Date.now() });
  }
`;

/** An app by which a test drives a node of a cluster, and sees what the node knows. */
export function nodeApp(settings: object): Files {
  const config = { ...settings, shutdownGrace: 200 };
  return {
    "ws/node.js": WS,
    "http/state.js": STATE,
    "parlor.config.js": `export default ${JSON.stringify(config)};`,
  };
}

/** The reply of `/state`. */
export interface NodeState {
  readonly digest: string;
  readonly sessions: number;
  readonly members: number;
  /** The extremes of the room's count since the last reset; null: not sampled yet. */
  readonly least: number | null;
  readonly most: number;
  readonly now: number;
  readonly cluster: {
    readonly state: string;
    readonly nodes: number;
    readonly staleMs: number;
    readonly dropped: Readonly<Record<string, number>>;
  };
}
