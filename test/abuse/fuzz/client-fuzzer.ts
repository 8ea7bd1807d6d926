import { Dice } from "../../support/host-fuzzer.ts";
import { clientFrame, upgradeRequest } from "../../support/raw-socket.ts";

/** What a client sends on one connection, in these packets. */
export type Attempt = readonly Buffer[];

/**
 * Makes what clients send to each kind of route, and breaks most of it: frames, handshakes, requests, forms, STOMP. The
 * same seed makes the same attempts.
 */
export class ClientFuzzer {
  readonly #dice: Dice;

  constructor(seed: number) {
    this.#dice = new Dice(seed);
  }

  attempt(): Attempt {
    const dice = this.#dice;
    const make = dice.of([
      this.#frames,
      this.#frames,
      this.#handshake,
      this.#request,
      this.#form,
      this.#stomp,
    ]);
    const bytes = this.#broken(Buffer.concat(make()));
    return dice.chance(4) ? this.#inPackets(bytes) : [bytes];
  }

  readonly #frames = (): Buffer[] => {
    const dice = this.#dice;
    const path = dice.of([
      "/ws/target",
      "/ws/target",
      "/bolt-ws",
      "/websockets/v4/service/room",
      "/websockets/v4/service",
    ]);
    const first = (): number =>
      dice.chance(3) ? dice.below(256) : dice.of([0x81, 0x82, 0x01, 0x00, 0x80, 0x89, 0x8a, 0x88]);
    const frames = dice.many(8, () => {
      const announced = dice.chance(12)
        ? dice.of([0, 125, 126, 65_535, 70_000, 2 ** 31, 2 ** 40])
        : undefined;
      return clientFrame(first(), this.#payload(), announced);
    });
    return [Buffer.from(upgradeRequest(path)), ...frames];
  };

  readonly #handshake = (): Buffer[] => {
    const dice = this.#dice;
    const headers: Record<string, string | null> = {};
    for (let count = dice.below(4); count > 0; count -= 1)
      headers[dice.of(HEADERS)] = dice.chance(5) ? null : dice.of(VALUES);
    return [Buffer.from(upgradeRequest(dice.of(PATHS), headers), "latin1")];
  };

  readonly #request = (): Buffer[] => {
    const dice = this.#dice;
    const lines = dice.many(6, () => `${dice.of(HEADERS)}: ${dice.of(VALUES)}`);
    const body = dice.chance(2) ? this.#payload() : Buffer.alloc(0);
    const length = dice.chance(6)
      ? dice.of(["-1", "x", "1e3", "99999999999", "0x10", ""])
      : String(body.length);
    const head = [`${dice.of(METHODS)} ${dice.of(PATHS)}${dice.of(QUERIES)} HTTP/1.1`, "Host: h", ...lines];
    return [Buffer.from(`${[...head, `Content-Length: ${length}`].join("\r\n")}\r\n\r\n`, "latin1"), body];
  };

  readonly #form = (): Buffer[] => {
    const dice = this.#dice;
    const edge = dice.of(["edge", "-", "e".repeat(70), "e e", ""]);
    const parts = dice.many(5, () => {
      const names = dice.of([
        'name="a"',
        'name="a"; filename="b"',
        "name=a",
        'name="__proto__"',
        "name*=UTF-8''%ff",
        "",
      ]);
      return `--${edge}\r\nContent-Disposition: form-data; ${names}\r\n${dice.of(["", "Content-Type: x\r\n"])}\r\n${dice.of(TEXTS)}\r\n`;
    });
    const multipart = `${parts.join("")}--${edge}${dice.of(["--", "", "--\r\n"])}`;
    const isMultipart = dice.chance(2);
    const body = isMultipart
      ? multipart
      : dice.many(8, () => dice.of(["a=1", "=", "&", "%", "%ff=%zz", "__proto__[x]=1"])).join("&");
    const type = isMultipart ? `multipart/form-data; boundary=${edge}` : "application/x-www-form-urlencoded";
    const head = `POST ${dice.of(["/bolt", "/all"])} HTTP/1.1\r\nHost: h\r\nContent-Type: ${type}\r\n`;
    return [Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)];
  };

  readonly #stomp = (): Buffer[] => {
    const dice = this.#dice;
    const frames = dice.many(6, () => {
      const headers = dice
        .many(5, () => `${dice.of(STOMP_NAMES)}:${dice.of([...VALUES, ...STOMP_VALUES])}\n`)
        .join("");
      const text = `${dice.of(STOMP_COMMANDS)}\n${headers}\n${dice.of(TEXTS)}${dice.chance(5) ? "" : "\0"}`;
      return clientFrame(dice.of([0x81, 0x82]), text);
    });
    const connect = clientFrame(0x81, "CONNECT\naccept-version:1.2\nhost:h\n\n\0");
    const request = upgradeRequest("/stomp", { "Sec-WebSocket-Protocol": "v12.stomp" });
    return [Buffer.from(request), ...(dice.chance(3) ? [] : [connect]), ...frames];
  };

  #payload(): Buffer {
    const dice = this.#dice;
    if (dice.chance(3)) return Buffer.from(dice.many(200, () => dice.below(256)));
    return Buffer.from(dice.of(TEXTS));
  }

  /** Changes, drops, repeats or inserts a few bytes; half of the attempts stay as they are. */
  #broken(bytes: Buffer): Buffer {
    const dice = this.#dice;
    let broken = bytes;
    for (let count = dice.chance(2) ? dice.below(4) : 0; count > 0 && broken.length > 0; count -= 1) {
      const at = dice.below(broken.length);
      const end = Math.min(broken.length, at + 1 + dice.below(20));
      const [head, part, tail] = [broken.subarray(0, at), broken.subarray(at, end), broken.subarray(end)];
      const other = dice.of([
        Buffer.from([dice.below(256)]),
        Buffer.alloc(0),
        Buffer.concat([part, part]),
        Buffer.from("\r\n"),
      ]);
      broken = Buffer.concat([head, other, tail]);
    }
    return broken;
  }

  #inPackets(bytes: Buffer): Buffer[] {
    const size = 1 + this.#dice.below(100);
    const count = Math.min(50, Math.ceil(bytes.length / size));
    return Array.from({ length: count }, (_, at) =>
      bytes.subarray(at * size, at === count - 1 ? undefined : (at + 1) * size),
    );
  }
}

const PATHS = [
  ...[
    "/ws/target",
    "/all",
    "/bolt",
    "/bolt-ws",
    "/stomp",
    "/websockets/v4/service/room",
    "/",
    "/_parlor/health",
  ],
  ...[
    "/ws/../all",
    "/%2e%2e/",
    "/ws/%00",
    "//",
    "/ws/__proto__",
    "*",
    "http://h/all",
    "/all#x",
    "/ws/\\",
    "/ä",
  ],
];
const QUERIES = ["", "?", "?a=1&a=2", "?%", "?__proto__=1", "?a[b]=c", `?${"q=1&".repeat(200)}`];
const METHODS = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "TRACE", "CONNECT", "BREW", "get"];
const HEADERS = [
  ...[
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Protocol",
    "Upgrade",
  ],
  ...[
    "Connection",
    "Origin",
    "Host",
    "Cookie",
    "Transfer-Encoding",
    "Content-Type",
    "X-Forwarded-For",
    "Expect",
  ],
  ...[
    "Range",
    "If-None-Match",
    "Accept-Encoding",
    "Content-Encoding",
    "Authorization",
    "__proto__",
    "Last-Event-ID",
  ],
];
const VALUES = [
  ...[
    "",
    "0",
    "-1",
    "x",
    "13",
    "websocket",
    "Upgrade",
    "keep-alive, Upgrade",
    "chunked",
    "gzip",
    "a=b; c",
    "null",
  ],
  ...[
    "permessage-deflate; client_max_window_bits=99",
    "bytes=5-1",
    "bytes=0-0,1-1",
    "100-continue",
    "text/event-stream",
  ],
  ...[
    ",",
    ";;;",
    '"',
    "%00",
    "é",
    "a".repeat(5000),
    "http://[",
    "multipart/form-data",
    "application/json",
    "::1, 1.1.1.1",
  ],
];
const TEXTS = [
  ...[
    "",
    "hello",
    "null",
    "[]",
    "{}",
    '{"verb":"join","name":"__proto__"}',
    '{"verb":"say","name":"a","value":"b"}',
  ],
  ...[
    '{"verb":',
    "[".repeat(5000),
    "é\0😀",
    '{"module":"x","params":null}',
    '{"__proto__":{"x":1}}',
    "\r\n\r\n",
    "9".repeat(400),
  ],
];
const STOMP_COMMANDS = [
  "CONNECT",
  "STOMP",
  "SEND",
  "SUBSCRIBE",
  "UNSUBSCRIBE",
  "ACK",
  "BEGIN",
  "DISCONNECT",
  "x",
  "",
];
const STOMP_NAMES = [
  "destination",
  "id",
  "receipt",
  "content-length",
  "heart-beat",
  "accept-version",
  "a\\b",
  "",
  "ack",
];
const STOMP_VALUES = [
  "/topic/a",
  "/queue/b",
  "/ws/stomp/room",
  "/user/queue/reply/room",
  "1.2",
  "0,0",
  "1,1",
  "99999999999",
];
