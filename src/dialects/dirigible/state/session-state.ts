// Dialect: what a Dirigible program keeps of a session.
import type { Endpoint } from "../registry/endpoints.ts";
import type { ModuleGlobals } from "../common/module-globals.ts";

/** A session of an endpoint (v4): the endpoint, as last known, and the globals of the session's modules. */
export class EndpointSession {
  endpoint: Endpoint;
  readonly globals: ModuleGlobals;

  constructor(endpoint: Endpoint, globals: ModuleGlobals) {
    this.endpoint = endpoint;
    this.globals = globals;
  }
}

/** A session of the scripts (v2): the globals of the session's modules. */
export class ScriptSession {
  readonly globals: ModuleGlobals;

  constructor(globals: ModuleGlobals) {
    this.globals = globals;
  }
}
