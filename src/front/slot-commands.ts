// Front: carries out the commands of one host, as far as the rights of its scripts go.
import type {
  CommandReceivers,
  Commands,
  HttpCommands,
  ProgramCommands,
  SessionCommands,
} from "../boundary/commands.ts";
import { errorText } from "../boundary/errors.ts";
import type { StoredValue } from "../boundary/stored-value.ts";
import { DEFAULT_HOST_LIMITS, DEFAULT_SESSION_LIMITS } from "../boundary/turn/session-limits.ts";
import { rightsOf, type Rights } from "../boundary/guard/rights.ts";
import type { HostSpec } from "../boundary/host-spec.ts";
import type { RequestRef, SessionRef } from "../boundary/refs.ts";
import { keysOf, type ScriptKey } from "../boundary/script-key.ts";
import type { FrontParts } from "./front-parts.ts";
import { hasDeparted } from "./directory/departed.ts";
import type { Directory } from "./directory/directory.ts";
import { HostSums } from "./directory/host-sums.ts";
import { KeptCheck } from "./directory/kept-check.ts";

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

  /** Of a session that has ended or moved away, a host may still believe that it is its own: that is not a fault. */
  maySession(command: keyof Commands, ref: SessionRef): boolean {
    const session = this.#parts.directory.sessions.get(ref);
    const { slot } = this.#parts;
    if (session !== undefined && hasDeparted(session, slot)) return this.rights[command] === "any";
    const isOwn = session === undefined ? this.#isOwnPeer(ref) : session.host === slot;
    return this.#allows(command, isOwn);
  }

  mayJoin(session: SessionRef, room: string, presence: string | null): boolean {
    if (!this.maySession("join", session)) return false;
    return this.#isWithin("join", this.#spec.kept.mayJoin(session, room, presence));
  }

  maySet(session: SessionRef, name: string, value: StoredValue | undefined): boolean {
    if (!this.maySession("setAttribute", session)) return false;
    return this.#isWithin("setAttribute", this.#spec.kept.maySet(session, name, value));
  }

  mayRoute(command: keyof Commands, route: string): boolean {
    return this.#allows(command, this.#ownsRoute(route));
  }

  mayRequest(command: keyof Commands, request: RequestRef): boolean {
    const script = this.#parts.parts.scripts?.ofRequest(request) ?? null;
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
    this.#report(command, "PARLOR_COMMAND_REFUSED/foreign");
    return false;
  }

  #isWithin(command: keyof Rights, isWithin: boolean): boolean {
    if (!isWithin) this.#report(command, "PARLOR_COMMAND_REFUSED/bound");
    return isWithin;
  }

  #report(
    command: keyof Rights,
    key: "PARLOR_COMMAND_REFUSED/bound" | "PARLOR_COMMAND_REFUSED/foreign",
  ): void {
    if (this.#hasReported) return;
    this.#hasReported = true;
    const text = errorText(key, { name: this.#parts.spec().name, command });
    this.#parts.parts.reports.onReport({ code: "PARLOR_COMMAND_REFUSED", text }, this.#parts.slot);
  }

  // One that has ended is of no host. On another node, the same script serves the sessions of the same route.
  #isOwnPeer(ref: SessionRef): boolean {
    const peer = this.#parts.directory.peer(ref);
    return peer === undefined || this.#ownsRoute(peer.route);
  }

  // A program's routes are those that it has claimed, or that its sessions have come by.
  #ownsRoute(route: string): boolean {
    const { directory, parts, slot } = this.#parts;
    if (this.#spec.routes.has(route)) return true;
    const first = directory.route(route).members.values().next().value;
    if (first !== undefined) return first.host === slot;
    const program = parts.scripts?.ofClaim(route) ?? null;
    return program === null ? !directory.isElsewhere(route) : this.#spec.keys.has(program);
  }

  get #spec(): KnownSpec {
    const spec = this.#parts.spec();
    if (this.#known?.spec === spec) return this.#known;
    const dialects = spec.scripts.map(({ info }) => info.dialect);
    const routes = new Set(spec.scripts.map(({ info }) => info.route));
    const { sessionLimits = DEFAULT_SESSION_LIMITS, hostLimits = DEFAULT_HOST_LIMITS } = spec.limits;
    const sums = new HostSums(this.#parts.directory, this.#parts.slot, hostLimits);
    const kept = new KeptCheck(this.#parts.directory, { session: sessionLimits, sums });
    return (this.#known = { spec, rights: rightsOf(dialects), routes, keys: new Set(keysOf(spec)), kept });
  }
}

/** What is derived from the spec of the host, which a reload replaces. */
interface KnownSpec {
  readonly spec: HostSpec;
  readonly rights: Rights;
  readonly routes: ReadonlySet<string>;
  readonly keys: ReadonlySet<ScriptKey>;
  readonly kept: KeptCheck;
}

export interface OwnerParts {
  readonly slot: number;
  readonly directory: Directory;
  /** The spec of the host that runs. */
  spec(): HostSpec;
  readonly parts: Pick<FrontParts, "scripts" | "reports">;
}

// Messages are most commands: a right to send to any session costs one comparison.
function ownSessionsOnly(on: SessionCommands, owner: CommandOwner): SessionCommands {
  return {
    send: (session, data, options) => {
      if (owner.rights.send === "any" || owner.maySession("send", session)) on.send(session, data, options);
    },
    broadcast: (room, data, except, options) => {
      if (owner.may("broadcast")) on.broadcast(room, data, except, options);
    },
    publish: (route, data, except, options) => {
      if (owner.mayRoute("publish", route)) on.publish(route, data, except, options);
    },
    join: (session, room, options) => {
      if (owner.mayJoin(session, room, options?.presence ?? null)) on.join(session, room, options);
    },
    leave: (session, room) => {
      if (owner.maySession("leave", session)) on.leave(session, room);
    },
    close: (session, code, reason) => {
      if (owner.maySession("close", session)) on.close(session, code, reason);
    },
    report: (session, code, message, of) => {
      if (owner.maySession("report", session)) on.report(session, code, message, of);
    },
    envelope: (session, text) => {
      if (owner.maySession("envelope", session)) on.envelope(session, text);
    },
    setAttribute: (session, key, value) => {
      if (owner.maySet(session, key, value)) on.setAttribute(session, key, value);
    },
    accept: (session, answer) => {
      if (owner.maySession("accept", session)) on.accept(session, answer);
    },
    refuse: (session, status, reason, headers) => {
      if (owner.maySession("refuse", session)) on.refuse(session, status, reason, headers);
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
    connect: (script, client, peer) => {
      if (owner.mayScript("connect", script)) on.connect(script, client, peer);
    },
    sendClient: (client, data) => {
      if (owner.may("sendClient")) on.sendClient(client, data);
    },
    closeClient: (client, code, reason) => {
      if (owner.may("closeClient")) on.closeClient(client, code, reason);
    },
  };
}
