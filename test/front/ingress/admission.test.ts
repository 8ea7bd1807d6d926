import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import type { ProgramLimits } from "../../../src/boundary/questions.ts";
import { Room, Session } from "../../../src/front/directory/session.ts";
import { limitRefusal } from "../../../src/front/ingress/admission.ts";
import { anyHandshake } from "../../support/any-session.ts";

const route = new Room("/chat");

function sessionsFrom(...addresses: string[]): Session[] {
  return addresses.map((address, index) => {
    const session = new Session(index, { ...anyHandshake(`s${index}`), address }, { host: 1, route });
    session.state = "open";
    return session;
  });
}

/** The status that a client is refused with; 0 when it may come in. */
function statusFor(
  limits: ProgramLimits,
  who: { headers?: Record<string, string>; address?: string; sessions?: Session[] },
): number {
  const { headers = {}, address = "192.0.2.1", sessions = [] } = who;
  const request = { headers } as unknown as IncomingMessage;
  return limitRefusal(limits, { request, address, sessions: () => sessions })?.status ?? 0;
}

test.each([
  ["http://example.org", "example.org", 0],
  ["https://example.org", "example.org", 0],
  ["http://example.org:80", "example.org", 0],
  ["https://example.org", "example.org:443", 0],
  ["http://EXAMPLE.org:8080", "example.org:8080", 0],
  ["http://chat.example.org:8080", "example.org:8080", 0],
  ["http://example.org:8081", "example.org:8080", 403],
  ["http://example.org", "example.org:8080", 403],
  ["http://badexample.org", "example.org", 403],
  ["http://example.org.evil.test", "example.org", 403],
  ["http://example.org", "chat.example.org", 403],
  ["null", "example.org", 403],
  ["nonsense", "example.org", 403],
  ["file://", "example.org", 403],
])("a page of %s may come to %s: %i", (origin, host, status) => {
  expect(statusFor({ sameOrigin: true }, { headers: { origin, host } })).toBe(status);
});

test("a client without an Origin header is not a page, and is admitted", () => {
  expect(statusFor({ sameOrigin: true }, { headers: { host: "example.org" } })).toBe(0);
  expect(statusFor({}, { headers: { origin: "http://evil.test", host: "example.org" } })).toBe(0);
});

test("a program's places are bounded, and who is leaving holds none", () => {
  const sessions = sessionsFrom("192.0.2.1", "192.0.2.2");
  expect(statusFor({ maxSessions: 3 }, { sessions })).toBe(0);
  expect(statusFor({ maxSessions: 2 }, { sessions })).toBe(503);
  expect(statusFor({ maxSessions: 0 }, { sessions })).toBe(0);
  (sessions[0] as Session).state = "closing";
  expect(statusFor({ maxSessions: 2 }, { sessions })).toBe(0);
});

test("an address' places are bounded, those of this machine are not", () => {
  const sessions = sessionsFrom("192.0.2.1", "192.0.2.2", "127.0.0.1", "::1");
  expect(statusFor({ maxPerAddress: 1 }, { sessions })).toBe(429);
  expect(statusFor({ maxPerAddress: 2 }, { sessions })).toBe(0);
  expect(statusFor({ maxPerAddress: 1 }, { sessions, address: "192.0.2.3" })).toBe(0);
  expect(statusFor({ maxPerAddress: 1 }, { sessions, address: "127.0.0.1" })).toBe(0);
  expect(statusFor({ maxPerAddress: 1 }, { sessions, address: "::1" })).toBe(0);
});

test("origin goes before places, places before the address", () => {
  const sessions = sessionsFrom("192.0.2.1");
  const limits = { sameOrigin: true, maxSessions: 1, maxPerAddress: 1 };
  const headers = { origin: "http://evil.test", host: "example.org" };
  expect(statusFor(limits, { headers, sessions })).toBe(403);
  expect(statusFor(limits, { sessions })).toBe(503);
});
