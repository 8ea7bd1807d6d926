// Front: carries out the commands of one host, as far as the rights of its scripts go.
import type {
  CommandReceivers,
  Commands,
  HttpCommands,
  ProgramCommands,
  SessionCommands,
} from "../boundary/commands.ts";
import { errorText } from "../boundary/errors.ts";
import { rightsOf, type Rights } from "../boundary/guard/rights.ts";
import type { HostSpec } from "../boundary/host-spec.ts";
import type { RequestRef, SessionRef } from "../boundary/refs.ts";
import { keysOf, type ScriptKey } from "../boundary/script-key.ts";
import type { FrontParts } from "./front-parts.ts";
import { hasDeparted } from "./directory/departed.ts";
import type { Directory } from "./directory/directory.ts";

/** A command beyond the rights has no effect. No call of a published API makes one, so it is reported, once. */
export function slotCommands(on: CommandReceivers, owner: CommandOwner): CommandReceivers {
  const { sessions, http, programs } = on;
  return {
    sessions: ownSessionsOnly(sessions, owner),
    http: ownRequestsOnly(http, owner),
    programs: ownScriptsOnly(programs, owner),
  };
}

/** Decides for one slot. */
export class CommandOwner {
  readonly #parts: OwnerParts;
  #known: KnownSpec | null = null;
  #hasReported = false;

  constructor(parts: OwnerParts) {
    this.#parts = parts;
  }

  get rights(): Rights {
    return this.#spec.rights;
  }

  /** Another incarnation runs: what it does beyond its rights is reported again. */
  renew(): void {
    this.#hasReported = false;
  }

  /** Of a session that has ended or moved away, a host may still believe that it is its own: that is no fault. */
  maySession(command: keyof Commands, ref: SessionRef): boolean {
    const session = this.#parts.directory.sessions.get(ref);
    const { slot } = this.#parts;
    if (session !== undefined && hasDeparted(session, slot)) return this.rights[command] === "any";
    const isOwn = session === undefined || session.host === slot;
    return this.#allows(command, isOwn);
  }

  mayRoute(command: keyof Commands, route: string): boolean {
    return this.#allows(command, this.#ownsRoute(route));
  }

  mayRequest(command: keyof Commands, request: RequestRef): boolean {
    const script = this.#parts.parts.scriptOf?.(request) ?? null;
    return this.#allows(command, script === null || this.#spec.keys.has(script));
  }

  mayScript(command: keyof Rights, script: ScriptKey): boolean {
    return this.#allows(command, this.#spec.keys.has(script));
  }

  /** For commands on what only this host can name. */
  may(command: keyof Commands): boolean {
    return this.#allows(command, true);
  }

  #allows(command: keyof Rights, isOwn: boolean): boolean {
    const right = this.rights[command];
    if (right === "any" || (right === "own" && isOwn)) return true;
    this.#report(command);
    return false;
  }

  #report(command: keyof Rights): void {
    if (this.#hasReported) return;
    this.#hasReported = true;
    const text = errorText("PARLOR_COMMAND_REFUSED", { name: this.#parts.spec().name, command });
    this.#parts.parts.reports.onReport({ code: "PARLOR_COMMAND_REFUSED", text }, this.#parts.slot);
  }

  // A program's routes are those that its sessions have come by.
  #ownsRoute(route: string): boolean {
    if (this.#spec.routes.has(route)) return true;
    const first = this.#parts.directory.route(route).members.values().next().value;
    return first === undefined || first.host === this.#parts.slot;
  }

  get #spec(): KnownSpec {
    const spec = this.#parts.spec();
    if (this.#known?.spec === spec) return this.#known;
    const dialects = spec.scripts.map(({ info }) => info.dialect);
    const routes = new Set(spec.scripts.map(({ info }) => info.route));
    return (this.#known = { spec, rights: rightsOf(dialects), routes, keys: new Set(keysOf(spec)) });
  }
}

/** What is derived from the spec of the host, which a reload replaces. */
interface KnownSpec {
  readonly spec: HostSpec;
  readonly rights: Rights;
  readonly routes: ReadonlySet<string>;
  readonly keys: ReadonlySet<ScriptKey>;
}

export interface OwnerParts {
  readonly slot: number;
  readonly directory: Directory;
  /** The spec of the host that runs. */
  spec(): HostSpec;
  readonly parts: Pick<FrontParts, "scriptOf" | "reports">;
}

// Messages are most commands: a right to send to any session costs one comparison.
function ownSessionsOnly(on: SessionCommands, owner: CommandOwner): SessionCommands {
  return {
    send: (session, data) => {
      if (owner.rights.send === "any" || owner.maySession("send", session)) on.send(session, data);
    },
    broadcast: (room, data, except) => {
      if (owner.may("broadcast")) on.broadcast(room, data, except);
    },
    publish: (route, data, except) => {
      if (owner.mayRoute("publish", route)) on.publish(route, data, except);
    },
    join: (session, room) => {
      if (owner.maySession("join", session)) on.join(session, room);
    },
    leave: (session, room) => {
      if (owner.maySession("leave", session)) on.leave(session, room);
    },
    close: (session, code, reason) => {
      if (owner.maySession("close", session)) on.close(session, code, reason);
    },
    setAttribute: (session, key, value) => {
      if (owner.maySession("setAttribute", session)) on.setAttribute(session, key, value);
    },
    accept: (session) => {
      if (owner.maySession("accept", session)) on.accept(session);
    },
    refuse: (session, status, reason) => {
      if (owner.maySession("refuse", session)) on.refuse(session, status, reason);
    },
  };
}

function ownRequestsOnly(on: HttpCommands, owner: CommandOwner): HttpCommands {
  return {
    respond: (request, head) => {
      if (owner.mayRequest("respond", request)) on.respond(request, head);
    },
    write: (request, data, last) => {
      if (owner.mayRequest("write", request)) on.write(request, data, last);
    },
    fail: (request) => {
      if (owner.mayRequest("fail", request)) on.fail(request);
    },
  };
}

// A client's number is unique on its host only, so it can name no other host's.
function ownScriptsOnly(on: ProgramCommands, owner: CommandOwner): ProgramCommands {
  return {
    claim: (script, claims) => {
      if (owner.mayScript("claim", script)) on.claim(script, claims);
    },
    connect: (script, client, url) => {
      if (owner.mayScript("connect", script)) on.connect(script, client, url);
    },
    sendClient: (client, data) => {
      if (owner.may("sendClient")) on.sendClient(client, data);
    },
    closeClient: (client, code, reason) => {
      if (owner.may("closeClient")) on.closeClient(client, code, reason);
    },
  };
}
