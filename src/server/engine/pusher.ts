// Server: rooms and sessions for the program that embeds a server.
import type { WebSocketService as PublishedService } from "../../../types/diesel.d.ts";
import { WebSocketService } from "../../dialects/diesel/api/web-socket-service.ts";
import { inlineHost } from "./inline-hosts.ts";
import type { InlineHost } from "../../host/kinds/inline/inline-host.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { Front } from "../../front/front.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";

/** Rooms and sessions for the program that embeds a server: DieselEngine's `WebSocketService`. */
export type PushService = PublishedService;

const INFO: ScriptInfo = {
  kind: "task",
  name: "(embedding program)",
  route: "",
  version: "",
  dialect: "diesel",
  scope: "route",
  tickRate: null,
  exports: [],
};

const SPEC: HostSpec = {
  name: "embedding program",
  scripts: [],
  shared: [],
  limits: { slice: 4, handlerTimeout: 0 },
};

/**
 * Lets the embedding program push to rooms and sessions. It uses the boundary like a script: an inline host without
 * scripts, which starts on first use.
 */
export class Pusher {
  readonly #front: Front;
  #service: PushService | null = null;

  constructor(front: Front) {
    this.#front = front;
  }

  get service(): PushService {
    return (this.#service ??= this.#make());
  }

  #make(): PushService {
    let host: InlineHost | null = null;
    const slot = this.#front.addHost(SPEC, { makeHost: (...args) => (host = inlineHost(...args)) });
    this.#front.supervisor(slot)?.wake();
    if (host === null) throw new Error("the host of the embedding program did not start");
    return new WebSocketService((host as InlineHost).kernel.contextForEmbedder(INFO), { isEnded: false });
  }
}
