// Who may read the playground's data: requests of this machine, and of its own page only.
import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { describe, expect, it, test } from "vitest";
import { mayOpen, mayRead } from "../../../src/server/playground/access.ts";

type Headers = Readonly<Record<string, string>>;

function request(headers: Headers, remoteAddress = "127.0.0.1"): IncomingMessage {
  const rawHeaders = Object.entries(headers).flat();
  return { socket: { remoteAddress }, headers, rawHeaders } as unknown as IncomingMessage;
}

const host = "localhost:8080";

test.each([
  ["https://localhost:8080", true],
  ["http://localhost:8080", false],
  ["https://localhost", false],
])("a page of %s reads the playground's data of a port with TLS: %s", (origin, may) => {
  const socket = Object.defineProperty(new TLSSocket(new Socket()), "remoteAddress", { value: "127.0.0.1" });
  const secure = Object.assign(request({ host, origin }), { socket });
  expect(mayRead(secure)).toBe(may);
});

describe("a request for the playground's data", () => {
  it.each<[string, Headers]>([
    ["no Origin, as tools send none", { host }],
    ["the Origin of the page itself", { host, origin: "http://localhost:8080" }],
    ["a page of 127.0.0.1", { host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080" }],
    ["a page of [::1]", { host: "[::1]:8080", origin: "http://[::1]:8080" }],
    ["port 80, which an Origin leaves out", { host: "localhost:80", origin: "http://localhost" }],
    ["an address that a person typed", { host, "sec-fetch-site": "none" }],
    ["a fetch of the page itself", { host, "sec-fetch-site": "same-origin" }],
  ])("is allowed with %s", (_what, headers) => {
    expect(mayRead(request(headers))).toBe(true);
  });

  it.each<[string, Headers]>([
    ["a foreign Origin", { host, origin: "https://evil.example" }],
    ["another port of this machine as Origin", { host, origin: "http://localhost:3000" }],
    ["another name of this machine as Origin", { host, origin: "http://127.0.0.1:8080" }],
    ["the Origin null of a sandboxed frame", { host, origin: "null" }],
    ["an empty Origin", { host, origin: "" }],
    ["an Origin with another scheme", { host, origin: "https://localhost:8080" }],
    ["an Origin that starts like the own one", { host, origin: "http://localhost:8080.evil.example" }],
    ["a fetch of another site", { host, "sec-fetch-site": "cross-site" }],
    ["a fetch of another port", { host, "sec-fetch-site": "same-site" }],
    ["a Host that a foreign name resolves to", { host: "evil.example:8080" }],
    ["a foreign Host with an Origin that fits", { host: "evil.example", origin: "http://evil.example" }],
    ["no Host", {}],
    ["X-Forwarded-For", { host, "x-forwarded-for": "127.0.0.1" }],
    ["X-Forwarded-Host", { host, "x-forwarded-host": "localhost" }],
    ["Forwarded", { host, forwarded: "for=127.0.0.1" }],
  ])("is refused with %s", (_what, headers) => {
    expect(mayRead(request(headers))).toBe(false);
  });

  it("is refused from another machine", () => {
    expect(mayRead(request({ host }, "192.168.1.7"))).toBe(false);
  });

  it("opens the page, but reads no data, when it follows a link of another site", () => {
    const link = request({ host, "sec-fetch-site": "cross-site" });
    expect([mayOpen(link), mayRead(link)]).toEqual([true, false]);
  });
});
