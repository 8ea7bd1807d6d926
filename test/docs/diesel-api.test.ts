import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkWsExports } from "../../src/dialects/diesel/contract/ws-exports.ts";
import { Diesel } from "../../src/dialects/diesel/api/diesel.ts";
import { HttpContext } from "../../src/dialects/diesel/api/http-context.ts";
import { IngressResult } from "../../src/dialects/diesel/api/ingress-result.ts";
import { RealtimeRoomProxy } from "../../src/dialects/diesel/api/realtime-room-proxy.ts";
import { Results } from "../../src/dialects/diesel/api/results.ts";
import { UpgradeRequest } from "../../src/dialects/diesel/api/upgrade-request.ts";
import { WebSocketRoom } from "../../src/dialects/diesel/api/web-socket-room.ts";
import { WebSocketServiceRoom } from "../../src/dialects/diesel/api/web-socket-service-room.ts";
import { WebSocketService } from "../../src/dialects/diesel/api/web-socket-service.ts";
import { WebSocketSessionInfo } from "../../src/dialects/diesel/api/web-socket-session-info.ts";
import { WebSocketSession } from "../../src/dialects/diesel/api/web-socket-session.ts";
import { root } from "./blocks.ts";

const CLASSES = {
  WebSocketSession,
  WebSocketRoom,
  WebSocketService,
  WebSocketServiceRoom,
  WebSocketSessionInfo,
  RealtimeRoomProxy,
  UpgradeRequest,
  Diesel,
  HttpContext,
  IngressResult,
};
/** Members for the factory of results, not for scripts. */
const INTERNAL = ["IngressResult.location"];

/** The names in the first column of the table below a heading: `send(message)` is `send`. */
function documentedIn(page: string, heading: string): string[] {
  const text = readFileSync(join(root, page), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| `(\w+)/gm)].map(([, name = ""]) => name);
}

describe("docs/diesel-api.md", () => {
  test.each(Object.entries(CLASSES))("has the members of %s, and no other", (name, { prototype }) => {
    const members = Object.getOwnPropertyNames(prototype).filter(
      (member) => member !== "constructor" && !INTERNAL.includes(`${name}.${member}`),
    );
    expect(documentedIn("docs/diesel-api.md", name).sort()).toEqual(members.sort());
  });

  test("has the calls of Results, and no other", () => {
    expect(documentedIn("docs/diesel-api.md", "Results").sort()).toEqual(Object.keys(Results).sort());
  });
});

describe("docs/scripts.md", () => {
  const documented = documentedIn("docs/scripts.md", "What a script exports");
  const shapeOf = (name: string) => ({ [name]: { type: "other" as const, description: "neither" } });
  const found = (name: string): string =>
    JSON.stringify(checkWsExports({ exports: shapeOf(name) })).replace(name, "NAME");

  // A known export with a wrong type is refused by name.
  test.each(documented)("lists %s, whose type is checked", (name) => {
    expect(found(name)).toContain("NAME must ");
  });

  test("lists every handler that the contract names", () => {
    const named = /at least one function of (.*)"/.exec(JSON.stringify(checkWsExports({ exports: {} })))?.[1];
    for (const name of named?.split(", ") ?? ["none"]) expect(documented).toContain(name.replace(/"].*/, ""));
  });
});
