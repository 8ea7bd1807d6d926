// CLI: connects to a control socket.
import { connect } from "node:net";
import type { Socket } from "node:net";

/** A connection to a local socket, or null when no server listens there. */
export function connectTo(address: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    const onError = (error: NodeJS.ErrnoException): void => {
      if (noListener.has(error.code ?? "")) resolve(null);
      else reject(error);
    };
    socket.once("error", onError);
    socket.once("connect", () => {
      socket.off("error", onError);
      resolve(socket);
    });
  });
}

/** The errors of connecting when there is no file, or one that a dead server left. */
const noListener = new Set(["ENOENT", "ECONNREFUSED", "ENOTSOCK"]);
