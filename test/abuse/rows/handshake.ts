import { symlinkSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { upgradeRequest } from "../../support/raw-socket.ts";
import { folderOf } from "../../support/running-app.ts";
import { Attacker } from "../support/attacker.ts";
import { holdsSoon, repeated, within } from "../support/moves.ts";
import type { Figures } from "../support/row.ts";
import { openedFiles } from "../support/opened-files.ts";
import { ParlorTarget, type Target } from "../support/target.ts";
import type { AbuseRow } from "./row-table.ts";

type Requests = Readonly<Record<string, string>>;

/** Sends each request on a connection of its own, and says what statuses they got; null for none. */
async function statusesOf(target: Target, requests: Requests): Promise<Figures> {
  const statuses: Record<string, number | null> = {};
  for (const [name, request] of Object.entries(requests)) {
    const client = await Attacker.dial(target);
    await client.write(request);
    statuses[name] = await within(client.status(), 5000);
    client.reset();
  }
  return statuses;
}

/** Whether each of the statuses is one of these. */
const all = (...statuses: readonly number[]): AbuseRow["holds"] => {
  return (figures) => Object.values(figures).every((status) => statuses.includes(Number(status)));
};

/** How long it takes until all of these connections are closed; null if some are open after 15 s. */
async function closedAfter(clients: readonly Attacker[], act: () => void): Promise<Figures> {
  const start = performance.now();
  const timer = setInterval(act, 1000);
  const areClosed = await holdsSoon(() => clients.every(({ hasEnded }) => hasEnded), IDLE_MS);
  clearInterval(timer);
  const open = clients.filter(({ hasEnded }) => !hasEnded).length;
  return { open, seconds: areClosed ? Math.round(performance.now() - start) / 1000 : null };
}

const IDLE_MS = 15_000;

/** Handshakes that are wrong, too large, or too many. */
export const handshakeRows: readonly AbuseRow[] = [
  {
    no: 12,
    title: "a short key, version 12, POST, and no Upgrade header",
    expects: "400, 404, 405 or 426",
    attack: async (target) => {
      const path = await target.pathOf();
      return statusesOf(target, {
        key: upgradeRequest(path, { "Sec-WebSocket-Key": "short" }),
        version: upgradeRequest(path, { "Sec-WebSocket-Version": "12" }),
        post: upgradeRequest(path, {}, `POST ${path} HTTP/1.1`),
        plain: upgradeRequest(path, { Upgrade: null }),
      });
    },
    holds: all(400, 404, 405, 426),
  },
  {
    no: 13,
    title: "2,100 headers, before and after the Upgrade header",
    expects: "400, 431, or 101 with no header lost",
    attack: async (target) => {
      const request = upgradeRequest(await target.pathOf());
      const fields = Array.from({ length: 2100 }, (_, at) => `h${at}: v\r\n`).join("");
      return statusesOf(target, {
        before: request.replace("\r\n", `\r\n${fields}`),
        after: request.replace(/\r\n$/, `${fields}\r\n`),
      });
    },
    holds: all(400, 431, 101),
  },
  {
    no: 14,
    title: "a header of 64 KiB, and a URL of 64 KiB",
    expects: "431 or 414",
    attack: async (target) => {
      const path = await target.pathOf();
      const long = "a".repeat(65_536);
      return statusesOf(target, {
        header: upgradeRequest(path, { "X-Long": long }),
        url: upgradeRequest(`${path}${path.includes("?") ? "&" : "?"}${long}`),
      });
    },
    holds: all(431, 414),
  },
  {
    no: 17,
    title: "a handshake from a page of another origin, with a cookie",
    expects: "403",
    attack: async (target) =>
      statusesOf(target, {
        foreign: upgradeRequest(await target.pathOf(), { Origin: "http://evil.example", Cookie: "id=1" }),
      }),
    holds: all(403),
  },
  {
    no: 19,
    title: "10 KB of extensions or subprotocols, and a window of 99 bits",
    expects: "400, 431 or ignored, in little time",
    attack: async (target) => {
      const path = await target.pathOf();
      const start = performance.now();
      const statuses = await statusesOf(target, {
        extensions: upgradeRequest(path, { "Sec-WebSocket-Extensions": "a; b=1, ".repeat(1250) + "c" }),
        protocols: upgradeRequest(await target.pathOf(), { "Sec-WebSocket-Protocol": words(2000) }),
        window: upgradeRequest(await target.pathOf(), {
          "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits=99",
        }),
      });
      return { ...statuses, ms: Math.round(performance.now() - start) };
    },
    holds: ({ ms, ...statuses }) => all(400, 431, 101)(statuses) && Number(ms) < 2000,
  },
  {
    no: 20,
    unfit: ["ws", "socket-io", "colyseus"],
    title: "paths, and symbolic links, that leave the folder of the scripts",
    expects: "400 or 404, and no file outside the folder is opened",
    files: { "public/index.html": "index" },
    attack: leaveFolder,
    holds: ({ opened, ...statuses }) => all(400, 404)(statuses) && (opened === 0 || opened === null),
  },
];

const OUTSIDE = ["/ws/../../etc/passwd", "/ws/%2e%2e/%2e%2e/etc/passwd", "/ws/%00", "//etc/passwd"];
const ODD = ["/ws/..\\..\\etc", "/ws/__proto__", "/ws/constructor", "/ws/target/../../parlor.config.js"];

/** Asks for paths that are none of the app, by WebSocket and by GET, and for a script and a file behind links. */
async function leaveFolder(target: Target): Promise<Figures> {
  if (!(target instanceof ParlorTarget)) throw new Error("a peer has no folder of scripts");
  const { app, pid } = target;
  const secret = folderOf({ "secret.js": "export const onMessage = () => undefined;" });
  symlinkSync(join(secret, "secret.js"), join(app.dir, "ws/link.js"));
  symlinkSync(join(secret, "secret.js"), join(app.dir, "public/link.js"));
  const paths = [...OUTSIDE, ...ODD, "/ws/link", "/link.js", "/public/../../secret.js"];
  const plain = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`;
  const requests = Object.fromEntries(
    paths.flatMap((path) => [
      [path, upgradeRequest(path)],
      [`GET ${path}`, plain(path)],
    ]),
  );
  let statuses: Figures = {};
  const opened = await openedFiles(pid, async () => {
    await app.reload();
    statuses = await statusesOf(target, requests);
  });
  app.remove("ws/link.js");
  app.remove("public/link.js");
  await app.reload();
  return { ...statuses, opened: opened === null ? null : opened.filter(isOutside(secret)).length };
}

/** Whether a path is that of a file that none of the requests may reach. */
const isOutside = (secret: string) => {
  return (path: string): boolean =>
    path.startsWith(secret) || path.includes("passwd") || path.includes("etc\\");
};

const words = (count: number): string => Array.from({ length: count }, (_, at) => `p${at}`).join(", ");

/** Clients that send little or nothing: they attack at the same time, as each waits. */
export const idleRows: readonly AbuseRow[] = [
  {
    no: 9,
    title: "100 clients that neither reply to a close nor end their connections",
    expects: "disconnected within 15 s",
    attack: async (target) => {
      const clients = await repeated(100, () => target.open());
      for (const client of clients) await client.write(target.message({ verb: "close" }));
      return closedAfter(clients, () => undefined);
    },
    holds: ({ open }) => open === 0,
  },
  {
    no: 15,
    title: "200 clients that send a header a second (slowloris)",
    expects: "disconnected within 15 s",
    attack: async (target) => {
      const clients = await repeated(200, () => Attacker.dial(target));
      const send = (line: string): void => {
        for (const client of clients) void client.write(line);
      };
      send("GET / HTTP/1.1\r\nHost: h\r\n");
      return closedAfter(clients, () => send("x: y\r\n"));
    },
    holds: ({ open }) => open === 0,
  },
  {
    no: 16,
    title: "200 connections that send nothing",
    expects: "disconnected within 15 s",
    attack: async (target) => closedAfter(await repeated(200, () => Attacker.dial(target)), () => undefined),
    holds: ({ open }) => open === 0,
  },
];

/** Connections of one address, which a server has to count if it is told to. */
export const floodRow: AbuseRow = {
  no: 18,
  title: "1,000 connections of one address, of which 100 are allowed",
  expects: "100 open",
  config: { maxConnectionsPerAddress: 100 },
  attack: async (target) => {
    const { port } = target;
    const dial = (): Attacker =>
      new Attacker(connect({ port, host: "127.0.0.1", localAddress: "127.0.0.9" }));
    let open = 0;
    for (let round = 0; round < 10; round += 1) {
      const path = await target.pathOf();
      const clients = Array.from({ length: 100 }, dial);
      for (const client of clients) void client.write(upgradeRequest(path));
      await within(Promise.all(clients.map((client) => client.response())), 5000);
      open += clients.filter(({ hasEnded }) => !hasEnded).length;
    }
    return { open };
  },
  holds: ({ open }) => Number(open) <= 100 && Number(open) > 0,
};
