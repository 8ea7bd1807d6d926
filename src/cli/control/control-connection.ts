import { connect } from "node:net";
import type { Socket } from "node:net";

/** What connecting says when nobody listens: no file, or one that a dead server left. */
const nobody = new Set(["ENOENT", "ECONNREFUSED", "ENOTSOCK"]);

/** A connection to a local socket, or null when nobody answers there. */
export function connectTo(address: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    const onError = (error: NodeJS.ErrnoException): void => {
      if (nobody.has(error.code ?? "")) resolve(null);
      else reject(error);
    };
    socket.once("error", onError);
    socket.once("connect", () => {
      socket.off("error", onError);
      resolve(socket);
    });
  });
}
