// Client: the parts of a browser or of Node that the library uses; a test passes its own.

/** What the library takes from the platform, unless it is given. */
export interface Surroundings {
  /** The class of sockets. Default: the global `WebSocket`, which Node has from version 22 on. */
  readonly WebSocket?: SocketClass;
  /** Time and timers. Default: those of the platform. */
  readonly clock?: ClientClock;
  /** A random number from 0 up to 1, for the pauses. Default `Math.random`. */
  readonly random?: () => number;
  /** What is known of the page and its network. Default: that of the browser; null where there is none. */
  readonly page?: ClientPage | null;
}

/** A class such as `WebSocket`. */
export type SocketClass = new (url: string, protocols: string[]) => SocketLike;

/** The part of a WebSocket that the library uses. */
export interface SocketLike {
  readonly readyState: number;
  readonly protocol: string;
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  /** Ends the connection without a close frame: `ws` has it, browsers do not. */
  terminate?(): void;
}

/** Time in ms. */
export interface ClientClock {
  /** Monotonic time. */
  ticks(): number;
  /** Calls `action` once, after `delay` ms. */
  after(delay: number, action: () => void): { cancel(): void };
}

/** The page around the library. */
export interface ClientPage {
  /** Whether the user does not see the page. */
  isHidden(): boolean;
  /** Calls `back` when the network is back, or the page is visible again. Returns a function that stops this. */
  watch(back: (event: "online" | "visible") => void): () => void;
}

/** What the platform has. */
export function platform(): Required<Omit<Surroundings, "WebSocket">> & { WebSocket?: SocketClass } {
  const { WebSocket, document } = world();
  const page = document === undefined ? null : browserPage(document);
  return { ...(WebSocket && { WebSocket }), clock: systemClock, random: Math.random, page };
}

/** Throws an error of a listener where the platform reports it, after all other listeners have run. */
export function report(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

/** The address of the page; undefined outside of a browser. */
export function pageAddress(): string | undefined {
  return world().location?.href;
}

interface World extends Partial<EventSource> {
  readonly WebSocket?: SocketClass;
  readonly document?: EventSource & { readonly hidden: boolean };
  readonly location?: { readonly href: string };
}

interface EventSource {
  addEventListener(name: string, listener: () => void): void;
  removeEventListener(name: string, listener: () => void): void;
}

const systemClock: ClientClock = {
  ticks: () => performance.now(),
  after: (delay, action) => {
    const timer = setTimeout(action, delay);
    return { cancel: () => clearTimeout(timer) };
  },
};

function world(): World {
  return globalThis as unknown as World;
}

function browserPage(document: NonNullable<World["document"]>): ClientPage {
  return {
    isHidden: () => document.hidden,
    watch(back) {
      const window = globalThis as unknown as EventSource;
      const online = (): void => back("online");
      const seen = (): void => void (document.hidden || back("visible"));
      window.addEventListener("online", online);
      document.addEventListener("visibilitychange", seen);
      return () => {
        window.removeEventListener("online", online);
        document.removeEventListener("visibilitychange", seen);
      };
    },
  };
}
