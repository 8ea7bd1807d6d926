// Dialect: what all objects of one program of the Scripting API share.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { ClientEvent } from "../../../boundary/events.ts";
import type { TextEncodings } from "../../../host/api/platform.ts";
import type { WebPlatform } from "../../../host/api/web-platform.ts";
import { Data } from "../data/data.ts";
import type { HttpApp } from "../http/http-app.ts";
import type { ClientRef, ListenerRef } from "../../../boundary/refs.ts";

/** One per program. */
export class ScriptingContext {
  readonly script: ScriptContext;
  /** The routes of the running servers, by their ports. */
  readonly apps = new Map<ListenerRef, HttpApp>();
  /** Called for each running server when the script has ended itself. */
  readonly onExit = new Set<() => void>();
  /** Whether the script has ended itself. */
  hasExited = false;
  /** The outbound connections that have not ended. */
  readonly clients = new Map<ClientRef, (event: ClientEvent) => unknown>();
  #lastListener: ListenerRef = 0;
  #lastClient = 0;
  /** Called when a server has started. */
  onStart: () => void = () => undefined;
  /** Ends the program: the call of a script. */
  exit: () => void = () => undefined;

  constructor(script: ScriptContext) {
    this.script = script;
  }

  get web(): WebPlatform {
    return this.script.platform.web;
  }

  get encodings(): TextEncodings {
    return this.script.platform.encodings;
  }

  nextListener(): ListenerRef {
    return ++this.#lastListener;
  }

  nextClient(): ClientRef {
    return ++this.#lastClient;
  }

  readonly makeData = (bytes: Uint8Array): Data => new Data(bytes, this.script.platform);
}
