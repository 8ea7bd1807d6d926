import type { ScriptContext } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";

/** What a program keeps of a session beside what the engine does. */
class Seat {
  /** Out of the client list and of all rooms, although its disconnect callback is still to come. */
  isGone = false;
  /** The program has closed it: its messages, waiting ones included, count no more. */
  isShut = false;
}

const NORMAL = 1000;

/** The clients of a program. Published: those of all its routes, by their ids. */
export class ProgramClients {
  readonly #script: ScriptContext;

  constructor(script: ScriptContext) {
    this.#script = script;
  }

  /** All that can be sent to, those included whose connect callback is still running. */
  list(): HostSession[] {
    const { directory, info } = this.#script;
    const clients: HostSession[] = [];
    for (const session of directory.allOwn()) {
      if (session.handshake.script === info.name && isHere(session)) clients.push(session);
    }
    return clients;
  }

  find(id: string): HostSession | null {
    const session = this.#script.directory.ownSessionById(id);
    if (session === null || session.handshake.script !== this.#script.info.name) return null;
    return isHere(session) ? session : null;
  }

  isShut(session: HostSession): boolean {
    return stateOf(session).isShut;
  }

  /** Published: a client leaves list and rooms before its disconnect callback. */
  remove(session: HostSession): void {
    stateOf(session).isGone = true;
    for (const room of [...(session.rooms ?? [])]) this.#script.directory.leave(session, room);
  }

  /** Closes a client; one whose connect callback has not ended is closed when it has. */
  shut(session: HostSession): void {
    stateOf(session).isShut = true;
    this.remove(session);
    const isUndecided = session.state === "connecting" && !session.isAccepted;
    if (!isUndecided) this.#script.directory.close(session, NORMAL, "");
  }

  /** Published: the 101 follows the connect callback, whatever has become of that. */
  admit(session: HostSession): void {
    this.#script.directory.accept(session);
    if (stateOf(session).isShut) this.#script.directory.close(session, NORMAL, "");
  }
}

function isHere(session: HostSession): boolean {
  const isSendable = session.state === "open" || session.state === "connecting";
  return isSendable && !(session.instance instanceof Seat && session.instance.isGone);
}

function stateOf(session: HostSession): Seat {
  if (session.instance instanceof Seat) return session.instance;
  const state = new Seat();
  session.instance = state;
  return state;
}
