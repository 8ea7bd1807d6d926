// Client: the options of `connect`, their ranges and defaults.
import { tokenEntry } from "./route-address.ts";
import { platform, type Surroundings } from "./surroundings.ts";

/** The options of `connect`. */
export interface ConnectOptions extends Surroundings {
  /** The user's token, which `onUpgrade` reads as `request.token`; a function is called at each attempt. */
  readonly token?: Later<string | null>;
  /** Subprotocols that the script itself speaks, on a plain route. Default: none. */
  readonly protocols?: readonly string[];
  /** Whether the route is plain: `parlor.v1` is not offered. Default `false`. */
  readonly plain?: boolean;
  /** How long an attempt may take, ms. Default 10,000. */
  readonly timeout?: number;
  readonly pauses?: PauseOptions;
  readonly waiting?: WaitingOptions;
  /** Whether to connect again after a close code; undefined leaves it to the table of close codes. */
  readonly comeBack?: (code: number, reason: string) => boolean | undefined;
}

/** A value, or a function that fetches it. */
export type Later<Value> = Value | (() => Value | Promise<Value>);

/** The pauses between attempts; each is chosen at random between its half and its whole. */
export interface PauseOptions {
  /** The first one, ms; each further one is twice as long. Default 500. */
  readonly first?: number;
  /** The longest, ms. Default 15,000. */
  readonly longest?: number;
  /** The factor for pauses while the page is hidden. Default 4. */
  readonly hidden?: number;
}

/** How much may wait while there is no connection, with what the server has not confirmed. */
export interface WaitingOptions {
  /** Default 1,000. */
  readonly messages?: number;
  /** Default 1,048,576. */
  readonly bytes?: number;
}

/** The options with all defaults. */
export type ClientSettings = ReturnType<typeof clientSettings>;

export function clientSettings(options: ConnectOptions) {
  const { token = null, protocols = [], plain = false, comeBack = () => undefined } = options;
  const around = { ...platform(), ...options };
  const { WebSocket, clock, random, page } = around;
  if (WebSocket === undefined)
    throw new TypeError("connect: there is no WebSocket here; pass options.WebSocket");
  if (typeof token === "string") tokenEntry(token);
  const { first = 500, longest = 15_000, hidden = 4 } = options.pauses ?? {};
  const { messages = 1000, bytes = 1_048_576 } = options.waiting ?? {};
  const { timeout = 10_000 } = options;
  for (const [name, value] of Object.entries({ timeout, first, longest, hidden, messages, bytes })) {
    if (!(value >= 0)) throw new TypeError(`connect: ${name} is a number of at least 0`);
  }
  return {
    ...{ token, protocols, plain, comeBack, timeout, WebSocket, clock, random, page },
    ...{ pauses: { first, longest, hidden }, waiting: { messages, bytes } },
  };
}
