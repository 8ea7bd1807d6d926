// CLI: opens the control sockets of a running server, at all paths by which its app is known.
import { dirname } from "node:path";
import { logEntry, type Log } from "../../log.ts";
import { givenPath } from "../../working-folder.ts";
import { firstLineOf, UsageError } from "../print/failure.ts";
import { controlAddresses } from "./control-address.ts";
import { removeDeadSockets } from "./dead-sockets.ts";
import { ControlSocket, type ControlServer } from "./control-server.ts";
import type { ControlledServer } from "./controlled-server.ts";

/** Opens the control sockets of an app. Rejects with one line if another server holds one, or their folder is not safe. */
export async function openControl(dir: string, app: ControlledServer): Promise<ControlServer> {
  // Once: when a link has been turned, the working folder is another one.
  const sockets = new ControlSockets(givenPath(dir), app);
  await sockets.open();
  return sockets;
}

/** As `openControl`; without the sockets the app is served all the same: only run, reload and top cannot reach it. */
export async function tryOpenControl(
  dir: string,
  app: ControlledServer,
  log: Log,
): Promise<ControlServer | null> {
  try {
    return await openControl(dir, app);
  } catch (error) {
    const reason =
      error instanceof UsageError
        ? error.message
        : `parlor run, reload and top cannot reach this server: ${firstLineOf(error)}`;
    logEntry(log, "PARLOR_CONTROL", { reason });
    return null;
  }
}

/** The sockets follow the links in the app's path: a reload serves the folder that they lead to by then. */
class ControlSockets implements ControlServer {
  readonly #dir: string;
  readonly #app: ControlledServer;
  readonly #sockets = new Map<string, ControlSocket>();
  #check: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(dir: string, app: ControlledServer) {
    this.#dir = dir;
    this.#app = app;
  }

  async open(): Promise<void> {
    try {
      for (const address of await controlAddresses(this.#dir)) await this.#listen(address);
    } catch (error) {
      this.close();
      throw error;
    }
    this.#check = setInterval(() => void this.#follow(), LOOK_EVERY).unref();
    // Those of other apps, whose servers were killed. Nothing waits for it, and a failure costs nothing.
    for (const address of this.#sockets.keys())
      if (process.platform !== "win32") void removeDeadSockets(dirname(address)).catch(() => undefined);
  }

  close(): void {
    clearInterval(this.#check);
    this.#isClosed = true;
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  readonly #follow = async (): Promise<void> => {
    const wanted = new Set(await controlAddresses(this.#dir));
    for (const [address, socket] of this.#sockets) {
      if (!wanted.has(address)) socket.stopListening();
      // Tried again at the next look.
      else await socket.keep().catch(() => undefined);
    }
    const fresh = [...wanted].filter((address) => this.#sockets.get(address)?.isListening !== true);
    for (const address of fresh) await this.#listen(address).catch(() => undefined);
  };

  // One that no longer listens stays for its callers, and listens again when the link leads there again.
  async #listen(address: string): Promise<void> {
    const socket = this.#sockets.get(address) ?? new ControlSocket(address, this.#app, this.#follow);
    await socket.listen();
    if (this.#isClosed) return socket.close();
    this.#sockets.set(address, socket);
  }
}

/** How often the server looks for its sockets and for the links in the app's path, ms. */
const LOOK_EVERY = 2000;
