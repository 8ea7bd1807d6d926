// Cluster: questions of one node to another, and the replies.
import { messageOf } from "../../boundary/checks.ts";
import type { Clock, Timer } from "../../boundary/clock.ts";
import { callsChannel, type Backplane } from "../backplane/backplane.ts";
import type { NodeIdentity } from "../backplane/node-identity.ts";
import { senderIn } from "../backplane/json-frame.ts";
import type { NodeLosses } from "../messages/node-losses.ts";
import { packCall, readCall, type NodeCall } from "./node-call.ts";

/**
 * They travel on a channel that the node alone listens to, under the cluster's name: a server with another name has no
 * channel of this cluster. How many are open at a time, how long each takes and how long a reply is are bounded.
 */
export class NodeCalls {
  readonly #ports: NodeCallsPorts;
  readonly #open = new Map<number, OpenCall>();
  #handler: NodeCallHandler = refuseAll;
  #asked = 0;
  #handling = 0;

  constructor(ports: NodeCallsPorts) {
    this.#ports = ports;
  }

  /** From now on this replies to the questions of other nodes. */
  serve(handler: NodeCallHandler): void {
    this.#handler = handler;
  }

  /** Rejects with one line if the node refuses, or does not reply within `within` ms. */
  async ask(node: string, { what, argument, within }: NodeQuestion): Promise<unknown> {
    if (this.#open.size >= MOST_OPEN)
      throw new Error(`${MOST_OPEN} questions to other nodes are open already`);
    const number = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      const late = (): void =>
        this.#settle(number, { isRefused: true, value: `no reply within ${within} ms` });
      this.#open.set(number, { node, resolve, reject, timer: this.#ports.clock.after(within, late) });
      const isSent = this.#publish(node, { kind: "ask", number, what, value: argument });
      if (!isSent) this.#settle(number, { isRefused: true, value: "this node is isolated" });
    });
  }

  /** A frame has arrived on this node's channel of calls. */
  receive(frame: Uint8Array): void {
    const call = readCall(frame);
    if (call === null) return this.#ports.losses.refuse(senderIn(frame));
    if (call === "foreign") return;
    if (call.kind === "ask") return void this.#reply(call);
    const open = this.#open.get(call.number);
    if (open?.node === call.from)
      this.#settle(call.number, { isRefused: call.kind === "refused", value: call.value });
  }

  /** A node has left the cluster: its replies are not waited for. */
  gone(node: string): void {
    for (const [number, open] of [...this.#open])
      if (open.node === node) this.#settle(number, { isRefused: true, value: "it has left the cluster" });
  }

  stop(): void {
    for (const number of [...this.#open.keys()])
      this.#settle(number, { isRefused: true, value: "this node has left the cluster" });
  }

  async #reply({ from, number, what, value }: NodeCall): Promise<void> {
    if (this.#handling >= MOST_HANDLED)
      return void this.#publish(from, {
        kind: "refused",
        number,
        what,
        value: "it is busy with other questions",
      });
    this.#handling += 1;
    try {
      const reply = (await this.#handler(what, value)) ?? null;
      if (!this.#publish(from, { kind: "reply", number, what, value: reply })) throw new Error(TOO_LONG);
    } catch (error) {
      this.#publish(from, { kind: "refused", number, what, value: messageOf(error) });
    } finally {
      this.#handling -= 1;
    }
  }

  #settle(
    number: number,
    { isRefused, value }: { readonly isRefused: boolean; readonly value: unknown },
  ): void {
    const open = this.#open.get(number);
    if (open === undefined) return;
    this.#open.delete(number);
    open.timer.cancel();
    if (isRefused) open.reject(new Error(String(value)));
    else open.resolve(value);
  }

  #publish(node: string, call: Omit<NodeCall, "from">): boolean {
    const { backplane, identity } = this.#ports;
    const frame = packCall({ ...call, from: identity.id });
    return (
      frame.length <= Math.min(LONGEST, backplane.frameLimit) && backplane.publish(callsChannel(node), frame)
    );
  }
}

export interface NodeCallsPorts {
  readonly backplane: Pick<Backplane, "publish" | "frameLimit">;
  readonly identity: NodeIdentity;
  readonly clock: Clock;
  readonly losses: Pick<NodeLosses, "refuse">;
}

export interface NodeQuestion {
  readonly what: string;
  readonly argument?: unknown;
  /** How long the reply may take, ms. */
  readonly within: number;
}

/** Replies with plain data. A throw is a refusal, with its message. */
export type NodeCallHandler = (what: string, argument: unknown) => unknown;

interface OpenCall {
  readonly node: string;
  readonly timer: Timer;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

function refuseAll(): never {
  throw new Error("it takes no questions yet");
}

const TOO_LONG = "its reply is too long to be sent";

/** Questions that may be open at a time: one to each node of a large cluster. */
const MOST_OPEN = 4096;
/** Questions that are handled at a time. */
const MOST_HANDLED = 16;
/** The most bytes of a question or a reply. */
const LONGEST = 1024 * 1024;
