import { expect } from "vitest";
import { connect, Refused, type Client } from "../support/client.ts";
import { shows } from "./blocks.ts";

const STEP =
  /^(\S+)\s+(connects to|is refused at|sends bytes|gets bytes|sends|gets|leaves|is closed with)(?:\s+(.*))?$/;

/** Plays the talks of a page, `ada sends hello`, with real clients that stay connected between talks. */
export class Talk {
  readonly #address: string;
  readonly #clients = new Map<string, Client>();

  constructor(address: string) {
    this.#address = address.replace(/^http/, "ws");
  }

  async play(text: string): Promise<void> {
    for (const line of text.split("\n")) if (line.trim() !== "") await this.#step(line.trim());
  }

  /** Expects that no client got more messages than the page shows. */
  expectSilence(): void {
    for (const [name, client] of this.#clients) expect(client.unread, `unread messages of ${name}`).toBe(0);
  }

  async end(): Promise<void> {
    const clients = [...this.#clients.values()];
    for (const client of clients) client.close();
    await Promise.all(clients.map((client) => client.closed));
  }

  async #step(line: string): Promise<void> {
    const [, name, verb, rest = ""] = STEP.exec(line) ?? [];
    if (name === undefined || verb === undefined) throw new Error(`unknown step: ${line}`);
    if (verb === "connects to") return await this.#connect(name, rest);
    if (verb === "is refused at") return await this.#refused(line, rest);
    const client = this.#clients.get(name);
    if (client === undefined) throw new Error(`${name} has not connected: ${line}`);
    await act(client, verb, { rest, line });
  }

  // `/ws/chat offering a, b`: with these subprotocols.
  async #connect(name: string, rest: string): Promise<void> {
    const [path = "", offer = ""] = rest.split(/\s+offering\s+/);
    const protocols = offer.split(/,\s*/).filter((part) => part !== "");
    const client = connect(this.#address + path, { protocols });
    this.#clients.set(name, client);
    await client.opened;
  }

  async #refused(line: string, rest: string): Promise<void> {
    const [path = "", status = "", ...reason] = rest.split(/\s+/);
    const answer = await connect(this.#address + path).opened.catch((why: unknown) => why);
    expect(answer, line).toBeInstanceOf(Refused);
    const refused = answer as Refused;
    expect(`${refused.status} ${refused.body.trim()}`, line).toBe([status, ...reason].join(" "));
  }
}

async function act(
  client: Client,
  verb: string,
  { rest, line }: { readonly rest: string; readonly line: string },
): Promise<void> {
  if (verb === "sends") client.send(rest);
  else if (verb === "sends bytes") client.send(bytesOf(rest));
  else if (verb === "gets bytes") expect(await client.next(), line).toEqual(bytesOf(rest));
  else if (verb === "gets") expectShown(rest, await client.next(), line);
  else await end(client, verb, rest);
}

async function end(client: Client, verb: string, rest: string): Promise<void> {
  if (verb === "leaves") client.close();
  const { code, reason } = await client.closed;
  if (verb === "is closed with") expect(`${code} ${reason}`.trim()).toBe(rest);
}

function expectShown(shown: string, got: string | Uint8Array, line: string): void {
  expect(typeof got, line).toBe("string");
  if (!shows(shown, String(got))) expect(got, line).toBe(shown);
}

function bytesOf(numbers: string): Uint8Array {
  return Uint8Array.from(numbers.split(/\s+/), Number);
}
