import { expect, test } from "vitest";
import {
  chosenProtocol,
  isProtocolName,
  looksSecret,
  offeredProtocols,
} from "../../../src/boundary/text/subprotocol.ts";

test("an offer is read from one header or several, in its order", () => {
  const headers = "host: a\nsec-websocket-protocol: b, a\nsec-websocket-protocol:c ,,d\n";
  expect(offeredProtocols(headers)).toEqual(["b", "a", "c", "d"]);
  expect(offeredProtocols("host: a\n")).toEqual([]);
});

test("the server's order decides, and upper and lower case differ", () => {
  const headers = "sec-websocket-protocol: b, a\n";
  expect(chosenProtocol(["x", "a", "b"], headers)).toBe("a");
  expect(chosenProtocol(["A"], headers)).toBeNull();
  expect(chosenProtocol([], headers)).toBeNull();
});

test.each(["chat", "v12.stomp", "ocpp2.0.1", "graphql-transport-ws", "wamp.2.msgpack.batched"])(
  "%s is a name like any other",
  (name) => expect([isProtocolName(name), looksSecret(name)]).toEqual([true, false]),
);

test.each([
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
  "token.eyJhbGciOiJIUzI1NiJ9",
  "bearer.abc",
  "access_token|5",
  "f47ac10b-58cc-4372-a567-0e02b2c3d479",
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "base64url.bearer.authorization.k8s.io.c2VjcmV0MTIzNDU2Nzg5",
  "x".repeat(81),
])("%s looks like a token", (name) => expect(looksSecret(name)).toBe(true));

test.each(["", "a b", "a,b", "a\r\nb", "ä", "a".repeat(257)])("%j is not a valid name", (name) =>
  expect(isProtocolName(name)).toBe(false),
);
