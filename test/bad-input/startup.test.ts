import { symlinkSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ParlorConfig } from "../../src/config.ts";
import { ParlorError } from "../../src/boundary/errors.ts";
import { silentLog } from "../../src/log.ts";
import { createServer, serve, type EmbedOptions } from "../../src/server/serve.ts";
import { folderOf } from "../support/running-app.ts";

const files = { "ws/echo.js": "export function onMessage(session, text) { session.send(text); }\n" };

/** What a start ends with; it must be one line. */
async function failureOf(start: () => unknown): Promise<ParlorError> {
  const failure = await Promise.resolve()
    .then(start)
    .then(
      () => new Error("it started"),
      (error: unknown) => error,
    );
  expect(failure).toBeInstanceOf(ParlorError);
  expect((failure as ParlorError).message).not.toContain("\n");
  return failure as ParlorError;
}

const serving = (dir: string, settings: object = {}): Promise<ParlorError> =>
  failureOf(() => serve({ dir, port: 0, log: silentLog, ...settings }));
const embedding = (options: object): Promise<ParlorError> =>
  failureOf(() => createServer({ port: 0, log: silentLog, ...options } as EmbedOptions));

async function takenPort(): Promise<number> {
  const other = createTcpServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  return (other.address() as AddressInfo).port;
}

describe("a server that cannot start says why in one line", () => {
  it("when the port is in use", async () => {
    const port = await takenPort();
    const failure = await serving(folderOf(files), { port });
    expect(failure.code).toBe("PARLOR_PORT_IN_USE");
    expect(failure.message).toBe(
      `port ${port} is in use; choose another with --port, or 0 for any free port`,
    );
    const embedded = createServer({ port, log: silentLog, routes: {} });
    expect((await failureOf(() => embedded.listen())).code).toBe("PARLOR_PORT_IN_USE");
    await embedded.close();
  });

  it("when the address is another machine's", async () => {
    const failure = await serving(folderOf(files), { host: "192.0.2.1" });
    expect(failure.code).toBe("PARLOR_HOST_UNKNOWN");
    expect(failure.message).toContain("192.0.2.1");
  });

  it("when the folder is missing, empty, a file, or a link to nothing", async () => {
    const dir = folderOf({ ...files, "empty/readme.txt": "nothing here" });
    symlinkSync(join(dir, "nowhere"), join(dir, "dangling"));
    for (const name of ["missing", "ws/echo.js", "dangling"]) {
      const failure = await serving(join(dir, name));
      expect(failure.code, name).toBe("PARLOR_APP_MISSING");
      expect(failure.message).toMatch(/^(.*): the app folder does not exist; .*parlor new/);
      expect(failure.message).toContain(join(dir, name));
    }
    const failure = await serving(join(dir, "empty"));
    expect(failure.code).toBe("PARLOR_APP_EMPTY");
    expect(failure.message).toContain(`did you mean ${dir}, the app that this folder belongs to?`);
  });

  it.each(["/ws/:a/:a", "/ws/{x", "/ws/:1st"])("when %s is not a valid route", async (route) => {
    const failure = await embedding({ routes: { [route]: { onMessage: () => undefined } } });
    expect(failure.code).toBe("PARLOR_OPTION");
    expect(failure.message).toContain(`${route}: not a valid route (`);
  });

  it.each<[string, object, RegExp]>([
    [
      "unknown, with the nearest",
      { prot: 1 },
      /^createServer: there is no option "prot"; did you mean "port"\?$/,
    ],
    ["unknown, like nothing", { zebra: 1 }, /^createServer: there is no option "zebra"; there are: port, /],
    [
      "a port of words",
      { port: "80" },
      /^createServer: port must be a whole number from 0 to 65535; it is a string \("80"\)$/,
    ],
    ["a port too high", { port: 65_536 }, /^createServer: port must be a whole number from 0 to 65535/],
    ["a group's", { heartbeat: { intervall: 1 } }, /"heartbeat\.intervall"; did you mean "interval"\?$/],
    ["NaN", { maxPayload: NaN }, /^createServer: maxPayload must be a whole number/],
    ["inherited by all", { toString: 1 }, /^createServer: there is no option "toString"/],
    ["null", { host: null }, /^createServer: host must be a non-empty string; it is null$/],
  ])("when an option is %s", async (_, option, line) => {
    const failure = await embedding({ routes: {}, ...option });
    expect(failure.code).toBe("PARLOR_OPTION");
    expect(failure.message).toMatch(line);
  });

  it("when an option of `serve` is wrong", async () => {
    const failure = await serving(folderOf(files), { prot: 1 } as ParlorConfig);
    expect(failure.code).toBe("PARLOR_OPTION");
    expect(failure.message).toMatch(/"prot"; did you mean "port"\?$/);
  });

  it.each<[string, object, RegExp]>([
    ["a handler that is none", { "/ws/a": { onMessage: 5 } }, /^\/ws\/a: .*onMessage.*function/],
    ["a rate of words", { "/ws/a": { tickRate: "x" } }, /^\/ws\/a: .*tickRate.*number/],
    ["a misspelt handler", { "/ws/a": { onMesage() {} } }, /^\/ws\/a: .*onMessage/],
    ["no handlers at all", { "/ws/a": null }, /^\/ws\/a: /],
    ["a function in place of handlers", { "/ws/a": () => undefined }, /^\/ws\/a: /],
  ])("when a route has %s", async (_, routes, line) => {
    const failure = await embedding({ routes });
    expect(failure.code).toBe("PARLOR_SCRIPT_CONTRACT");
    expect(failure.message).toMatch(line);
  });

  it("when a route has no slash", async () => {
    const failure = await embedding({ routes: { "ws/a": { onMessage() {} } } });
    expect(failure.message).toBe('ws/a: a route starts with a slash; write "/ws/a"');
  });

  it("when it is to answer HTTP on a server that is another's", async () => {
    const server = createHttpServer();
    for (const option of [{ http: { "/": { GET: () => new Response() } } }, { publicDir: "." }]) {
      const failure = await embedding({ server, routes: {}, ...option });
      expect(failure.message).toMatch(/^createServer: http and publicDir need a server of Parlor; /);
    }
    expect(server.listenerCount("upgrade")).toBe(0);
  });
});
