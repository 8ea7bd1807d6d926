import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import type { ProgramLimits } from "../../../src/boundary/questions.ts";
import { Directory } from "../../../src/front/directory/directory.ts";
import { Room, Session } from "../../../src/front/directory/session.ts";
import { Admission, limitRefusal } from "../../../src/front/ingress/admission.ts";
import { defaults } from "../../../src/config.ts";
import { AllowedHosts } from "../../../src/front/ingress/allowed-hosts.ts";
import { ProxyTrust } from "../../../src/front/http/proxy-trust.ts";
import type { Front } from "../../../src/front/front.ts";
import type { RouteClaims } from "../../../src/front/ingress/route-claims.ts";
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
  const client = { origin: headers["origin"], hosts: [headers["host"] ?? ""] };
  return limitRefusal(limits, { ...client, address, sessions: () => sessions })?.status ?? 0;
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

test("an address' places are bounded, those of this machine only if they count", () => {
  const sessions = sessionsFrom("192.0.2.1", "192.0.2.2", "127.0.0.1", "::1");
  expect(statusFor({ maxPerAddress: 1 }, { sessions })).toBe(429);
  expect(statusFor({ maxPerAddress: 2 }, { sessions })).toBe(0);
  expect(statusFor({ maxPerAddress: 1 }, { sessions, address: "192.0.2.3" })).toBe(0);
  expect(statusFor({ maxPerAddress: 1 }, { sessions, address: "127.0.0.1" })).toBe(0);
  expect(statusFor({ maxPerAddress: 1 }, { sessions, address: "::1" })).toBe(0);
  const limits = { maxPerAddress: 1, countsLoopback: true };
  for (const address of ["127.0.0.1", "::1"]) {
    expect(statusFor(limits, { sessions: sessionsFrom(address), address })).toBe(429);
    expect(statusFor({ ...limits, countsLoopback: false }, { sessions, address })).toBe(0);
  }
});

test("origin goes before places, places before the address", () => {
  const sessions = sessionsFrom("192.0.2.1");
  const limits = { sameOrigin: true, maxSessions: 1, maxPerAddress: 1 };
  const headers = { origin: "http://evil.test", host: "example.org" };
  expect(statusFor(limits, { headers, sessions })).toBe(403);
  expect(statusFor(limits, { sessions })).toBe(503);
});

test("when a route's sessions have sent many headers, clients that send few are admitted, up to twice as many", () => {
  const directory = new Directory(() => undefined);
  const front = { directory, supervisor: () => undefined } as unknown as Front;
  const config = { ...defaults, handshakeBytes: 65_536 };
  const admission = new Admission({
    ...{ front, config, claims: {} as RouteClaims },
    ...{ proxies: new ProxyTrust(false), hosts: new AllowedHosts(null) },
    ...{ isDev: false, onForeignPage: () => undefined },
  });
  const target = {
    script: "ws /chat" as const,
    route: "/chat",
    slot: 1,
    awaitsDecision: false,
    resume: null,
    limits: {},
    program: null,
  };
  const statusWith = (cookie: string): number => {
    const rawHeaders = ["host", "example.org", "cookie", cookie];
    const request = {
      url: "/chat",
      headers: { host: "example.org" },
      rawHeaders,
      socket: {},
    } as unknown as IncomingMessage;
    return admission.refusalOf(target, request)?.status ?? 0;
  };
  const [light, heavy] = ["x".repeat(1000), "x".repeat(14_000)];
  const come = (ref: number, headers: string): void => {
    const handshake = { ...anyHandshake(`c${ref}`), route: "/chat", headers };
    directory.add(new Session(ref, handshake, { host: 1, route: directory.route("/chat") }));
  };
  for (let ref = 0; ref < 5; ref += 1) come(ref, heavy);
  expect([statusWith(light), statusWith(heavy)]).toEqual([0, 503]);
  for (let ref = 5; ref < 10; ref += 1) come(ref, heavy);
  expect([statusWith(light), statusWith(heavy)]).toEqual([503, 503]);
  for (const session of [...directory.sessions.values()]) directory.remove(session);
  expect([statusWith(light), statusWith(heavy)]).toEqual([0, 0]);
});
