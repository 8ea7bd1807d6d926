import { onTestFinished } from "vitest";
import { connect, type Client, type ConnectOptions } from "../../support/client.ts";
import { ServedApp, type Place } from "../scripting/served.ts";

export const PLACES: readonly Place[] = ["inline", "thread", "process"];

/** An app of one Bolt program on the server's own port, with the other files it is given. */
export class ServedBolt {
  readonly app: ServedApp;

  private constructor(app: ServedApp) {
    this.app = app;
  }

  static async serve(place: Place, program: string, files: Record<string, string> = {}): Promise<ServedBolt> {
    return new ServedBolt(await ServedApp.serve(place, { "bolt/program.ts": program, ...files }));
  }

  /** A client, already let in. */
  async connect(path: string, options?: ConnectOptions): Promise<Client> {
    const client = this.dial(path, options);
    await client.opened;
    return client;
  }

  dial(path: string, options?: ConnectOptions): Client {
    const client = connect(`${this.app.server.url.replace("http", "ws")}${path}`, options);
    onTestFinished(() => client.terminate());
    return client;
  }

  async text(path: string, init?: RequestInit): Promise<string> {
    return (await this.fetch(path, init)).text();
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.app.server.url}${path}`, init);
  }
}
