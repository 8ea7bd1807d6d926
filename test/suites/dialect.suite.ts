import { expect, test } from "vitest";
import { Refused, type Client } from "../support/client.ts";
import { serveOn, type Place, type ServedApp } from "../support/served-app.ts";
import type { Files } from "../support/running-app.ts";

/**
 * One published API, and an app written in it whose clients are answered `you said <text>`. Its script prints `gone`
 * for each client that leaves; `boom` makes its handler throw, `exit` ends whatever it runs on.
 */
export interface SpokenDialect {
  readonly name: string;
  readonly files: Files;
  /** Where the app can be reached; null when it says by itself by which port. */
  readonly path: string;
  readonly hasOwnPort: boolean;
  /** What a client that was connected when its script crashed sees of that: nothing, or a close with this code. */
  readonly closedByCrash: number | null;
}

async function begin(dialect: SpokenDialect, place: Place): Promise<{ app: ServedApp; dial: () => Client }> {
  const app = await serveOn(place, dialect.files);
  const port = dialect.hasOwnPort ? await app.ownPort.number() : app.server.port;
  return { app, dial: () => app.client(`ws://127.0.0.1:${port}${dialect.path}`) };
}

/** What all published APIs have in common, wherever their programs run. */
export function dialectSuite(dialect: SpokenDialect, place: Place): void {
  test("text goes both ways, in order, and to its sender alone", async () => {
    const { dial } = await begin(dialect, place);
    const [anna, ben] = [dial(), dial()];
    await Promise.all([anna.opened, ben.opened]);
    const texts = Array.from({ length: 50 }, (_, at) => `${at} ä €`);
    for (const text of texts) anna.send(text);
    for (const text of texts) expect(await anna.next()).toBe(`you said ${text}`);
    expect(ben.unread).toBe(0);
  });

  test("the script is notified of a client that closes, and of one that is cut", async () => {
    const { app, dial } = await begin(dialect, place);
    const [anna, ben] = [dial(), dial()];
    await Promise.all([anna.opened, ben.opened]);
    // Not before it has been seen: some APIs know a client by its first message only.
    anna.send("here");
    ben.send("here");
    await Promise.all([anna.next(), ben.next()]);
    anna.close();
    await anna.closed;
    ben.terminate();
    await app.log.count(/^gone$/, 2);
  });

  test("a handler that throws is logged with file and line, and all clients stay connected", async () => {
    const { app, dial } = await begin(dialect, place);
    const [anna, ben] = [dial(), dial()];
    await Promise.all([anna.opened, ben.opened]);
    anna.send("boom");
    const fault = await app.log.find(/boom at once/);
    expect(fault.level).toBe("error");
    expect(fault.text).toMatch(new RegExp(`${Object.keys(dialect.files).join("|")}:\\d+`));
    for (const client of [anna, ben]) {
      client.send("still here");
      expect(await client.next()).toBe("you said still here");
    }
    expect(app.server.health["faults"]).toBe(1);
  });

  test("a path without a route is refused", async () => {
    const { app } = await begin(dialect, place);
    const port = dialect.hasOwnPort ? await app.ownPort.number() : app.server.port;
    const refused = await app
      .client(`ws://127.0.0.1:${port}/nobody/serves/this`)
      .opened.catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect((refused as Refused).status).toBe(404);
  });

  test("a server that stops closes every session with 1001", async () => {
    const { app, dial } = await begin(dialect, place);
    const anna = dial();
    await anna.opened;
    const closing = app.server.close();
    expect((await anna.closed).code).toBe(1001);
    await closing;
  });

  // A program in the server's own thread would end the server.
  if (place === "inline") return;
  test("a message that ends its program leaves the server running, and the program restarts", async () => {
    const { app, dial } = await begin(dialect, place);
    const anna = dial();
    await anna.opened;
    anna.send("exit");
    await app.log.find(/crashed on a message from session/);
    const ben = dial();
    ben.send("again");
    expect(await ben.next()).toBe("you said again");
    if (dialect.closedByCrash !== null) {
      expect((await anna.closed).code).toBe(dialect.closedByCrash);
      return;
    }
    anna.send("as before");
    expect(await anna.next()).toBe("you said as before");
  });
}
