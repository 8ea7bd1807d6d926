/**
 * What a client knows of a route by the type of its script: `connect<typeof import("../ws/chat.ts")>("/ws/chat")`. In place
 * of the script, an interface of the file that `parlor types` writes does as well.
 */
import type { InputOf } from "./diesel.d.ts";

/** The messages that a client may send, by name; of a script without a contract, any. */
export type ClientSends<Script> = Script extends { readonly messages: { readonly in: infer All } }
  ? { readonly [Name in keyof All & string]: InputOf<All[Name]> }
  : AnyData;

/** The messages that a client gets, by name. */
export type ClientGets<Script> = Script extends { readonly messages: { readonly out: infer All } }
  ? { readonly [Name in keyof All & string]: InputOf<All[Name]> }
  : AnyData;

/** The requests that a client may make, by name: their data, and that of their replies. */
export type ClientCalls<Script> = Script extends { readonly messages: { readonly calls: infer All } }
  ? {
      readonly [Name in keyof All & string]: {
        readonly in: SideOf<All[Name], "in">;
        readonly out: SideOf<All[Name], "out">;
      };
    }
  : Script extends { readonly calls: infer All }
    ? { readonly [Name in keyof All & string]: CallOf<All[Name]> }
    : Readonly<Record<string, AnyCall>>;

/** The calls of a client that have to do with the contract of its route. */
export interface TypedClient<Script> {
  /** Sends the message `{ "type": name, ...data }`. Returns false, and sends nothing, as `send` does. */
  emit<Name extends keyof ClientSends<Script> & string>(name: Name, data: ClientSends<Script>[Name]): boolean;
  /** Calls a listener at each message of this name, with its other fields. Returns the function that ends this. */
  onMessage<Name extends keyof ClientGets<Script> & string>(
    name: Name,
    listener: (data: ClientGets<Script>[Name]) => void,
  ): () => void;
  /** Asks the script for what its call `name` returns; `timeout` in ms. Rejects with a `RequestError`. */
  request<Name extends keyof ClientCalls<Script> & string>(
    name: Name,
    data?: InOf<ClientCalls<Script>[Name]>,
    options?: { readonly timeout?: number },
  ): Promise<OutOf<ClientCalls<Script>[Name]>>;
}

type InOf<Call> = Call extends { readonly in: infer Data } ? Data : unknown;
type OutOf<Call> = Call extends { readonly out: infer Data } ? Data : unknown;

// oxlint-disable-next-line typescript/no-explicit-any -- nothing is known of the data
type AnyData = Readonly<Record<string, any>>;
// oxlint-disable-next-line typescript/no-explicit-any -- nothing is known of the data
type AnyCall = { readonly in: any; readonly out: any };

type SideOf<Call, Side extends "in" | "out"> = Call extends { readonly [S in Side]: infer Schema }
  ? InputOf<Schema>
  : undefined;

type CallOf<Handler> = Handler extends (session: never, data: infer Data) => infer Reply
  ? { readonly in: Data; readonly out: Awaited<Reply> }
  : AnyCall;
