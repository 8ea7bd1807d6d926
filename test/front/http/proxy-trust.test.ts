// Who a client is behind proxies: headers, the proxies that are trusted, and the identity, in tables.
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { addressIn, forwardedHops } from "../../../src/front/http/forwarded.ts";
import { ProxyTrust } from "../../../src/front/http/proxy-trust.ts";
import { cpuTime } from "../../support/cpu-time.ts";

type Headers = Readonly<Record<string, string>>;

const identity = (trusted: boolean | string[], headers: Headers, peer = "10.0.0.1") =>
  new ProxyTrust(trusted).identityOf({
    socket: { remoteAddress: peer } as Socket,
    headers: { host: "own.test", ...headers },
  });
const address = (trusted: boolean | string[], forwardedFor: string, peer?: string): string =>
  identity(trusted, { "x-forwarded-for": forwardedFor }, peer).address;

describe("the address of a client", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["203.0.113.7:51234", "203.0.113.7"],
    ["2001:db8::1", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["[::ffff:203.0.113.7]:80", "203.0.113.7"],
    ["::ffff:cb00:7107", "203.0.113.7"],
    ["198.51.100.9, 203.0.113.7", "203.0.113.7"],
    ["198.51.100.9,203.0.113.7:1", "203.0.113.7"],
    [" 203.0.113.7 ", "203.0.113.7"],
    ["203.0.113.7, ", "203.0.113.7"],
  ])("is read from %j as %s", (header, expected) => {
    expect(address(true, header)).toBe(expected);
  });

  it.each([
    "",
    ",",
    "unknown",
    "_hidden",
    "client.example",
    "203.0.113",
    "203.0.113.256",
    "203.0.113.7:",
    "203.0.113.7:123456",
    "203.0.113.7:80:80",
    "[203.0.113.7]",
    "[2001:db8::1",
    "2001:db8::1]:443",
    "[2001:db8::1]443",
    "<script>",
    "203.0.113.7; drop",
    "198.51.100.9, unknown",
  ])("is the peer's if the proxy names %j, which is not one", (header) => {
    expect(address(true, header)).toBe("10.0.0.1");
  });

  it("is the peer's if no proxy is trusted, or the peer is another one", () => {
    expect(address(false, "203.0.113.7")).toBe("10.0.0.1");
    expect(address(["10.0.0.2"], "203.0.113.7")).toBe("10.0.0.1");
    expect(address([], "203.0.113.7")).toBe("10.0.0.1");
    expect(address(["10.0.0.0/8"], "203.0.113.7", "11.0.0.1")).toBe("11.0.0.1");
  });

  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["198.51.100.9, 203.0.113.7, 10.1.0.1", "203.0.113.7"],
    ["1.2.3.4, 203.0.113.7, 10.1.0.1:80, 192.168.4.4", "203.0.113.7"],
    ["10.3.0.1, 10.2.0.1", "10.3.0.1"],
    ["203.0.113.7, unknown, 10.1.0.1", "10.1.0.1"],
    ["203.0.113.7, fd00::5", "203.0.113.7"],
  ])("is the rightmost one of %j that is not a trusted proxy's: %s", (header, expected) => {
    expect(address(["10.0.0.0/8", "192.168.4.4", "fd00::/8"], header)).toBe(expected);
  });

  it("is found behind a proxy that the socket shows in another form", () => {
    expect(address(["10.0.0.1"], "203.0.113.7", "::ffff:10.0.0.1")).toBe("203.0.113.7");
    expect(address(["fe80::/10"], "203.0.113.7", "fe80::1%eth0")).toBe("203.0.113.7");
    expect(address(["::1"], "203.0.113.7", "::1")).toBe("203.0.113.7");
  });

  it("is empty if the peer has gone", () => {
    expect(new ProxyTrust(false).identityOf({ socket: new Socket(), headers: {} }).address).toBe("");
  });

  it("takes no longer for a long list", async () => {
    const spent = await cpuTime(() => {
      expect(address(["10.0.0.0/8"], `203.0.113.7${", 10.0.0.2".repeat(20_000)}`)).toBe("203.0.113.7");
      expect(addressIn("1".repeat(100_000))).toBeNull();
    });
    expect(spent).toBeLessThan(1000);
  });
});

describe("scheme and host of a client", () => {
  it.each([
    [{ "x-forwarded-proto": "https" }, true],
    [{ "x-forwarded-proto": "HTTPS" }, true],
    [{ "x-forwarded-proto": "wss" }, true],
    [{ "x-forwarded-proto": "http" }, false],
    [{ "x-forwarded-proto": "ftp" }, false],
    [{ "x-forwarded-proto": "http, https" }, true],
    [{ "x-forwarded-proto": "https, http" }, false],
    [{ forwarded: "for=203.0.113.7;proto=https" }, true],
    [{ forwarded: "proto=https" }, true],
    [{ forwarded: "for=1.1.1.1;proto=https, for=2.2.2.2;proto=http" }, false],
    [{}, false],
  ])("are those that the nearest proxy names in %j: secure %s", (headers, isSecure) => {
    expect(identity(true, headers as Headers).isSecure).toBe(isSecure);
    expect(identity(false, headers as Headers).isSecure).toBe(false);
  });

  it.each([
    [{ "x-forwarded-host": "tea.example" }, "tea.example"],
    [{ "x-forwarded-host": "tea.example:8443" }, "tea.example:8443"],
    [{ "x-forwarded-host": "[2001:db8::1]:8443" }, "[2001:db8::1]:8443"],
    [{ "x-forwarded-host": "evil.example, tea.example" }, "tea.example"],
    [{ "x-forwarded-host": "tea.example/path" }, "own.test"],
    [{ "x-forwarded-host": "user@tea.example" }, "own.test"],
    [{ "x-forwarded-host": "" }, "own.test"],
    [{ forwarded: 'host="tea.example:8443"' }, "tea.example:8443"],
    [{ forwarded: "host=tea.example, for=1.1.1.1" }, "own.test"],
  ])("are those that the nearest proxy names in %j: host %s", (headers, host) => {
    expect(identity(true, headers as Headers).host).toBe(host);
    expect(identity(false, headers as Headers).host).toBe("own.test");
  });

  it("are those of the outermost trusted proxy", () => {
    const trusted = ["10.0.0.0/8"];
    const chain = { "x-forwarded-for": "6.6.6.6, 203.0.113.7, 10.0.0.2" };
    const at = (proto: string, host: string) =>
      identity(trusted, { ...chain, "x-forwarded-proto": proto, "x-forwarded-host": host });
    expect(at("https", "tea.example")).toEqual({
      address: "203.0.113.7",
      isSecure: true,
      host: "tea.example",
    });
    expect(at("http, https, http", "a, b, c")).toMatchObject({ isSecure: true, host: "b" });
    const forwarded = "for=6.6.6.6;proto=http, for=203.0.113.7;proto=https;host=tea.example, for=10.0.0.2";
    expect(identity(trusted, { forwarded })).toEqual({
      address: "203.0.113.7",
      isSecure: true,
      host: "tea.example",
    });
  });

  it("are the connection's own without a proxy", () => {
    const socket = new TLSSocket(new Socket());
    const { isSecure, host } = new ProxyTrust(false).identityOf({ socket, headers: {} });
    expect([isSecure, host]).toEqual([true, null]);
  });
});

describe("the header Forwarded", () => {
  it.each([
    ["for=192.0.2.43", ["192.0.2.43"]],
    ["For=192.0.2.43", ["192.0.2.43"]],
    ['for="192.0.2.43:47011"', ["192.0.2.43"]],
    ['for="[2001:db8:cafe::17]:4711"', ["2001:db8:cafe::17"]],
    ['for="[2001:db8:cafe::17]"', ["2001:db8:cafe::17"]],
    ['for="192.0.2.43:_port"', ["192.0.2.43"]],
    ["for=192.0.2.43, for=198.51.100.17", ["192.0.2.43", "198.51.100.17"]],
    ["for=192.0.2.43;by=203.0.113.60;proto=http", ["192.0.2.43"]],
    ["proto=http ; for=192.0.2.43 ;", ["192.0.2.43"]],
    ['for="192.0\\.2.43"', ["192.0.2.43"]],
    ['ext="a,b;c=\\"d\\"";for=192.0.2.43', ["192.0.2.43"]],
    ["for=unknown, for=_hidden", [null, null]],
    ["by=203.0.113.60, for=192.0.2.43", [null, "192.0.2.43"]],
    ["for=192.0.2.43,,", ["192.0.2.43"]],
    ["", []],
    ["for", []],
    ["for=192.0.2.43, nonsense", []],
    ['for="192.0.2.43', []],
    ["for = 192.0.2.43", []],
    ["for=192.0.2.43 proto=http", []],
  ])("%s names %j", (forwarded, addresses) => {
    expect(forwardedHops({ forwarded }).map((hop) => hop.address)).toEqual(addresses);
  });

  // A proxy that writes X-Forwarded-* does not remove a client's Forwarded.
  it.each(["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"])(
    "does not count beside %s",
    (name) => {
      const forwarded = "for=6.6.6.6;proto=https;host=evil.example";
      const seen = identity(true, { forwarded, [name]: "" });
      expect(seen).toEqual({ address: "10.0.0.1", isSecure: false, host: "own.test" });
    },
  );

  it("takes no longer for hostile texts", async () => {
    const spent = await cpuTime(() => {
      for (const piece of [" ", "a", ";", ",", '"', "\\", 'a="', "a=b;", "\t,"]) {
        const text = `for=1.1.1.1;${piece.repeat(100_000 / piece.length)}=`;
        expect(forwardedHops({ forwarded: text }), piece).toEqual([]);
      }
    });
    expect(spent).toBeLessThan(1000);
  });
});
