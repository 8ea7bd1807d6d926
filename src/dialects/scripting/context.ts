import type { ScriptContext } from "../../host/api/dialect.ts";
import type { ClientEvent } from "../../boundary/events.ts";
import { Data } from "./data/data.ts";
import type { HttpApp } from "./http/http-app.ts";
import type { ClientRef, ListenerRef } from "../../boundary/refs.ts";

/** What all objects of one program have in common. */
export class ScriptingContext {
  readonly script: ScriptContext;
  /** What the servers that run serve, by their ports. */
  readonly apps = new Map<ListenerRef, HttpApp>();
  /** The outbound connections that are not gone. */
  readonly clients = new Map<ClientRef, (event: ClientEvent) => unknown>();
  #lastListener: ListenerRef = 0;
  #lastClient = 0;
  /** Called when a server has started. */
  onStart: () => void = () => undefined;

  constructor(script: ScriptContext) {
    this.script = script;
  }

  nextListener(): ListenerRef {
    return ++this.#lastListener;
  }

  nextClient(): ClientRef {
    return ++this.#lastClient;
  }

  readonly makeData = (bytes: Uint8Array): Data => new Data(bytes, this.script.platform);
}
