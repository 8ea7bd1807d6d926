import type { CommandReceivers, ProgramCommands } from "../../src/boundary/commands.ts";
import type { ScriptEvent } from "../../src/boundary/events.ts";
import type { Payload } from "../../src/boundary/payload.ts";
import { Directory } from "../../src/front/directory/directory.ts";
import { Hub } from "../../src/front/directory/hub.ts";
import type { EncodedMessage } from "../../src/front/directory/history-port.ts";
import type { Outbox } from "../../src/front/directory/outbox-port.ts";
import type { Room, Session } from "../../src/front/directory/session.ts";
import { NO_PROGRAMS } from "./receivers.ts";
import type { TestClient } from "./test-client.ts";
import { WebAnswers } from "./web-answers.ts";

/** The parts of a front that only some tests have. */
export interface FakeFrontPorts {
  /** A host's view of the directory has changed. */
  wake(slot: number): void;
  push(session: Session, event: ScriptEvent): void;
  readonly programs: ProgramCommands;
}

const NO_PORTS: FakeFrontPorts = { wake: () => undefined, push: () => undefined, programs: NO_PROGRAMS };

/** The front of a server without sockets: the real directory and hub, and clients that have inboxes. */
export class FakeFront<C extends TestClient> {
  readonly directory: Directory;
  readonly hub: Hub;
  readonly receivers: CommandReceivers;
  readonly clients = new Map<number, C>();
  readonly answers = new WebAnswers();
  refs = 0;

  constructor({ wake, push, programs }: FakeFrontPorts = NO_PORTS) {
    this.directory = new Directory(wake);
    this.hub = new Hub(this.directory, {
      outbox: this.#outbox(),
      accept: ({ ref }) => this.clients.get(ref)?.accepted(),
      refuse: (session, { status, text }) => {
        this.clients.get(session.ref)?.refuse(status, text);
        this.hub.finish(session);
      },
      push,
    });
    this.receivers = { sessions: this.hub, http: this.answers, programs };
  }

  #outbox(): Outbox {
    const send = ({ ref }: Session, data: Payload | EncodedMessage): void => {
      if (typeof data === "string" || data instanceof Uint8Array) this.clients.get(ref)?.receive(data);
    };
    return {
      send,
      sendEnvelope: send,
      sendEnvelopes: (sessions, text) => sessions.forEach((session) => send(session, text)),
      atFlush: (action) => queueMicrotask(action),
      broadcast: (room: Room, data, except) => {
        for (const member of room.members) if (member !== except && member.isSendable) send(member, data);
      },
      joining: () => undefined,
      leaving: () => undefined,
      close: ({ ref }, code, reason) => this.clients.get(ref)?.close(code, reason),
      hasClose: false,
      flush: () => undefined,
      hold: () => undefined,
    };
  }
}
