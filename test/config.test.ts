import { describe, expect, test } from "vitest";
import { checkConfig, defaults, defineConfig } from "../src/config.ts";
import { resolveConfig } from "../src/server/engine/options.ts";

const problems = (value: unknown) => {
  const checked = checkConfig(value);
  return "problems" in checked ? checked.problems : [];
};
const config = (value: unknown) => {
  const checked = checkConfig(value);
  return "config" in checked ? checked.config : checked;
};

describe("an option that is left out", () => {
  test("has its default when all others are left out too", () => {
    expect(config({})).toEqual(defaults);
    expect(config(defineConfig({ port: undefined as never }))).toEqual(defaults);
  });

  test("has its default when the rest of its group is given", () => {
    expect(config({ port: 0, heartbeat: { interval: 5 } })).toEqual({
      ...defaults,
      port: 0,
      heartbeat: { interval: 5, timeout: 20_000 },
    });
  });

  test.each([
    [{ heartbeat: false }, { heartbeat: { interval: 0, timeout: 20_000 } }],
    [{ deflate: true }, { deflate: { threshold: 1024 } }],
    [{ tls: null }, { tls: null }],
    [{ tls: { key: "k", cert: "c" } }, { tls: { key: "k", cert: "c", passphrase: null } }],
    [{ deflate: false }, { deflate: false }],
    [{ deflate: {} }, { deflate: { threshold: 1024 } }],
    [{ deflate: { threshold: undefined } }, { deflate: { threshold: 1024 } }],
    [{ deflate: { threshold: 0 } }, { deflate: { threshold: 0 } }],
    [
      { allowedOrigins: ["https://a.org", "http://b.org:8080", "null"] },
      { allowedOrigins: ["https://a.org", "http://b.org:8080", "null"] },
    ],
    [{ allowedFolders: ["/srv/media", "../x"] }, { allowedFolders: ["/srv/media", "../x"] }],
    [{ logLevel: "silent" }, { logLevel: "silent" }],
  ])("has its default where %j is given", (given, expected) => {
    expect(config(given)).toEqual({ ...defaults, ...expected });
  });
});

describe("a wrong config", () => {
  test.each([
    [{ prot: 1 }, 'there is no option "prot"; did you mean "port"?'],
    [{ MaxPayload: 1 }, 'there is no option "MaxPayload"; did you mean "maxPayload"?'],
    [{ heartbeat: { intervall: 1 } }, 'there is no option "heartbeat.intervall"; did you mean "interval"?'],
    [{ deflate: { zzz: 1 } }, 'there is no option "deflate.zzz"; there are: threshold'],
    [{ port: "8080" }, 'port must be a whole number from 0 to 65535; it is a string ("8080")'],
    [{ port: 65_536 }, "port must be a whole number from 0 to 65535; it is a number (65536)"],
    [{ port: -1 }, "it is a number (-1)"],
    [{ port: 1.5 }, "it is a number (1.5)"],
    [{ port: NaN }, "it is a number (NaN)"],
    [{ port: null }, "it is null"],
    [{ handlerTimeout: Infinity }, "in milliseconds; it is a number (Infinity)"],
    [{ maxPayload: 0 }, "from 1 to 1073741824, in bytes"],
    [{ host: "" }, "host must be a non-empty string"],
    [{ tls: true }, "tls must be null, or an object with key and cert; it is a boolean (true)"],
    [{ tls: { key: "k.pem" } }, "tls.cert must be the path of a PEM file; it is undefined"],
    [{ tls: { cert: "c.pem" } }, "tls.key must be the path of a PEM file; it is undefined"],
    [{ tls: { key: "", cert: "c.pem" } }, "tls.key must be the path of a PEM file"],
    [
      { tls: { key: "k", cert: "-----BEGIN CERTIFICATE-----" } },
      "tls.cert must be the path of a PEM file; it is the content",
    ],
    [
      { tls: { key: "k", cert: "c", pasphrase: "x" } },
      'there is no option "tls.pasphrase"; did you mean "passphrase"?',
    ],
    [{ tls: { key: "k", cert: "c", passphrase: 12 } }, "tls.passphrase must be a non-empty string, or null"],
    [
      { trustProxy: "yes" },
      'trustProxy must be true, false, or a list of IP addresses and networks as "10.0.0.0/8"; it is a string ("yes")',
    ],
    [{ trustProxy: ["10.0.0.0/33"] }, '"10.0.0.0/8"; it is a string ("10.0.0.0/33")'],
    [{ trustProxy: ["10.0.0.0/"] }, 'it is a string ("10.0.0.0/")'],
    [{ trustProxy: ["2001:db8::/129"] }, 'it is a string ("2001:db8::/129")'],
    [{ trustProxy: ["proxy.example"] }, 'it is a string ("proxy.example")'],
    [{ trustProxy: [true] }, "it is a boolean (true)"],
    [{ logLevel: "warning" }, "logLevel must be one of trace, debug, info, warn"],
    [{ logLevel: "warnn" }, 'did you mean "warn"?'],
    [
      { heartbeat: true },
      "heartbeat must be false, an object with interval and timeout; it is a boolean (true)",
    ],
    [{ heartbeat: { timeout: 0 } }, "heartbeat.timeout must be a whole number from 1"],
    [{ deflate: 5 }, "deflate must be false, true, an object with threshold"],
    [{ allowedOrigins: "https://a.org" }, 'allowedOrigins must be "*" for all, or a list'],
    [{ allowedOrigins: null }, 'allowedOrigins must be "*" for all, or a list of origins'],
    [{ allowedHosts: ["tea.example:8080"] }, 'without a port; it is a string ("tea.example:8080")'],
    [{ allowedHosts: ["http://tea.example"] }, 'it is a string ("http://tea.example")'],
    [{ allowedOrigins: ["https://a.org/path"] }, 'without a path; it is a string ("https://a.org/path")'],
    [{ allowedOrigins: [undefined] }, "without a path; it is undefined"],
    [{ allowedFolders: "/srv" }, 'allowedFolders must be a list of folders as "/srv/media"; it is a string'],
    [{ allowedFolders: ["/srv", ""] }, 'a list of folders as "/srv/media"; it is a string ("")'],
    [[], "the config must be an object; it is an array"],
    ["x", 'the config must be an object; it is a string ("x")'],
    [undefined, "exports no settings; write: export default defineConfig({ ... })"],
    [JSON.parse('{ "__proto__": 1 }'), 'there is no option "__proto__"'],
    [{ constructor: 1 }, 'there is no option "constructor"'],
  ])("%j is refused in one clear line", (given, message) => {
    const found = problems(given);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(found[0]).toMatch(/^[^\n]+$/);
  });

  test("several at once", () => {
    expect(problems({ prot: 1, host: 1, heartbeat: { timeout: "x" } })).toHaveLength(3);
  });
});

test("the defaults are within the bounds", () => {
  expect(config(defaults)).toEqual(defaults);
});

test.each(["::1", "[::1]"])("an address of IPv6 may be written as %s", (host) => {
  expect(resolveConfig({ host }, "options").host).toBe("::1");
});

test("a wrong option says where it is from, once", () => {
  expect(() => resolveConfig({ port: -1 }, "options")).toThrow(/^options: port must be/);
});
