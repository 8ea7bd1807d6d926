// Dialect: the clients of a Bolt program, by their ids.
import { NORMAL_CLOSURE } from "../../../boundary/errors/close-codes.ts";
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { DirectoryEntry } from "../../../host/api/directory-view.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import { BoltSessionState } from "./session-state.ts";
import { scriptKey, type ScriptKey } from "../../../boundary/script-key.ts";

/** The clients of a program. Published: those of all its routes. */
export class ProgramClients {
  readonly #script: ScriptContext;
  readonly #key: ScriptKey;
  readonly #serves: (route: string) => boolean;

  /** `serves`: whether a route is the program's. */
  constructor(script: ScriptContext, serves: (route: string) => boolean) {
    this.#script = script;
    this.#serves = serves;
    this.#key = scriptKey(script.info);
  }

  /** All clients that can be sent to, including those whose connect callback still runs. */
  list(): DirectoryEntry[] {
    const clients: DirectoryEntry[] = [];
    for (const session of this.#script.directory.allOwn()) {
      if (session.handshake.script === this.#key && isListed(session)) clients.push(session);
    }
    return [...clients, ...this.#script.directory.elsewhere(this.#serves).filter(isSendable)];
  }

  find(id: string): HostSession | null {
    const session = this.#script.directory.ownSessionById(id);
    if (session === null || session.handshake.script !== this.#key) return null;
    return isListed(session) ? session : null;
  }

  /** A client that the program serves on another node of the cluster. */
  peer(id: string): DirectoryEntry | null {
    const entry = this.#script.directory.elsewhereById(id);
    return entry !== null && isSendable(entry) && this.#serves(entry.route) ? entry : null;
  }

  isShut(session: HostSession): boolean {
    return BoltSessionState.of(session).isShut;
  }

  /** Published: a client leaves the list and its rooms before its disconnect callback runs. */
  remove(session: HostSession): void {
    BoltSessionState.of(session).isGone = true;
    for (const room of [...(session.rooms?.keys() ?? [])]) this.#script.directory.leave(session, room);
  }

  /** Closes a client; while its connect callback runs, the close waits for the callback's end. */
  shut(session: HostSession): void {
    BoltSessionState.of(session).isShut = true;
    this.remove(session);
    const isUndecided = session.state === "connecting" && !session.isAccepted;
    if (!isUndecided) this.#script.directory.close(session, NORMAL_CLOSURE, "");
  }

  /** Published: the 101 follows the connect callback, whatever its result. */
  admit(session: HostSession): void {
    this.#script.directory.accept(session);
    if (this.isShut(session)) this.#script.directory.close(session, NORMAL_CLOSURE, "");
  }
}

function isListed(session: HostSession): boolean {
  return isSendable(session) && !(session.instance instanceof BoltSessionState && session.instance.isGone);
}

function isSendable({ state }: DirectoryEntry): boolean {
  return state === "open" || state === "connecting";
}
