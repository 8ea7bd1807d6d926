// What counts as a request from this machine: peer, proxy headers and Host in a table.
import { describe, expect, it } from "vitest";
import { isLoopbackAddress, isLoopbackHost, isLoopbackRequest } from "../../../src/front/ingress/loopback.ts";

const request = (remoteAddress: string | undefined, ...pairs: readonly [string, string][]) => ({
  socket: { remoteAddress },
  headers: Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value])),
  rawHeaders: pairs.flat(),
});
const local = (...pairs: readonly [string, string][]) =>
  isLoopbackRequest(request("127.0.0.1", ["Host", "localhost:8080"], ...pairs));

describe("a request from this machine", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.255.255.254", true],
    ["::1", true],
    ["0:0:0:0:0:0:0:1", true],
    ["::ffff:127.0.0.1", true],
    ["::ffff:7f00:1", true],
    ["128.0.0.1", false],
    ["10.0.0.1", false],
    ["::", false],
    ["::ffff:10.0.0.1", false],
    ["::127.0.0.1", false],
    ["0.0.0.0", false],
    ["127.1", false],
    ["localhost", false],
    ["", false],
  ])("has the peer address %j: %s", (address, expected) => {
    expect(isLoopbackAddress(address)).toBe(expected);
    expect(isLoopbackRequest(request(address, ["Host", "localhost"]))).toBe(expected);
  });

  it.each([
    ["localhost", true],
    ["LocalHost:3000", true],
    ["127.0.0.1", true],
    ["127.8.9.10:65535", true],
    ["[::1]", true],
    ["[::1]:8080", true],
    ["[::ffff:127.0.0.1]:8080", true],
    ["evil.example", false],
    ["localhost.evil.example", false],
    ["127.0.0.1.evil.example", false],
    ["192.168.0.1:8080", false],
    ["::1", false],
    ["[127.0.0.1]", false],
    ["[::1", false],
    ["localhost:", false],
    ["localhost:8080:1", false],
    ["user@localhost", false],
    ["localhost/x", false],
    ["localhost, evil.example", false],
    ["", false],
  ])("has the host %j: %s", (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
    expect(isLoopbackRequest(request("127.0.0.1", ["Host", host]))).toBe(expected);
  });

  it.each([
    "Forwarded",
    "X-Forwarded-For",
    "x-forwarded-proto",
    "X-FORWARDED-HOST",
    "X-Forwarded-Anything",
    "X-Real-IP",
    "Via",
  ])("has no header %s, not even an empty one", (name) => {
    expect(local()).toBe(true);
    expect(local([name, "127.0.0.1"])).toBe(false);
    expect(local([name, ""])).toBe(false);
  });

  it("has exactly one Host header", () => {
    expect(isLoopbackRequest(request("127.0.0.1"))).toBe(false);
    expect(local(["host", "localhost:8080"])).toBe(false);
  });

  it("has a peer that is still connected", () => {
    expect(isLoopbackRequest(request(undefined, ["Host", "localhost"]))).toBe(false);
  });

  it("may have other headers", () => {
    expect(local(["Forwarded-To", "x"], ["Accept", "*/*"])).toBe(true);
  });
});
