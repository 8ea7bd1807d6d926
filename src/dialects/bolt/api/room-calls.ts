// Dialect: the calls of `$bolt` for rooms.
import type { Payload } from "../../../boundary/payload.ts";
import { bytesFromBase64 } from "../common/base64.ts";
import type { BoltContext } from "../state/context.ts";
import { callsOf, type Call } from "../common/checks.ts";
import { NO_SESSION } from "../../../boundary/refs.ts";

/**
 * Published: "Rooms". Clients are the program's own; rooms are those of the whole server, so that other scripts reach
 * their members and count among them. In a cluster, the node of a client carries out its joins and leaves.
 */
export function roomCalls({ script, clients }: BoltContext): Record<string, Call> {
  const { commands, directory, platform } = script;
  const join = (room: string, id: string): number => {
    const session = clients.find(id);
    const peer = session === null ? clients.peer(id) : null;
    if (session !== null) directory.join(session, room);
    else if (peer !== null) directory.joinElsewhere(peer, room);
    else throw new Error("WebSocket: client not found");
    return 1;
  };
  // Published: 1, also when there was nothing to leave.
  const leave = (room: string, id: string): number => {
    const session = clients.find(id);
    const peer = session === null ? clients.peer(id) : null;
    if (session !== null) directory.leave(session, room);
    else if (peer !== null) commands.leave(peer.ref, room);
    return 1;
  };
  const broadcast = (room: string, data: Payload | null): number => {
    const count = data === null ? 0 : directory.memberCount(room);
    if (data !== null && count > 0) commands.broadcast(room, data, NO_SESSION);
    return count;
  };
  return callsOf({
    "wsRoomJoin(cRoom, cClientId)": join,
    "wsRoomLeave(cRoom, cClientId)": leave,
    "wsRoomBroadcast(cRoom, cMessage)": broadcast,
    "wsRoomBroadcastBinary(cRoom, cBase64Data)": (room: string, base64: string) =>
      broadcast(room, bytesFromBase64(platform.encodings, base64)),
    "wsRoomMembers(cRoom)": (room: string) => directory.members(room).map(({ id }) => id),
    "wsRoomCount(cRoom)": (room: string) => directory.memberCount(room),
  });
}
