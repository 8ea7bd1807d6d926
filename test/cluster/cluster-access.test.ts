import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ServedProcess } from "../cli/lifetime/served-process.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs, skips } from "../support/require.ts";
import { folderOf, RunningApp } from "../support/running-app.ts";
import { TestCertificate } from "../support/certificates.ts";
import { startNats, startRedis, type ClusterServer } from "./support/cluster-servers.ts";
import { RealCluster } from "./support/real-cluster.ts";
import { sendRedis } from "./support/redis-faults.ts";

const SECRET = "p@ss word";
const SCRIPT = { "ws/echo.js": "export function onMessage(session, text) { session.send(text); }" };
const openssl = needs("openssl");
const patience = { timeout: PATIENCE_MS, interval: 20 };

/** The line with which a server does not start. */
async function refusalBy(url: string, lease = 2000): Promise<string> {
  const cluster = { url, heartbeat: 100, lease };
  return RunningApp.serve(folderOf(SCRIPT), { cluster }).then(
    () => "it started",
    (error: Error) => error.message,
  );
}

function urlOf({ port }: ClusterServer, protocol: string, login = ""): string {
  return `${protocol}//${login}localhost:${port}`;
}

const kinds = [
  {
    name: "Redis",
    ...needs("redis-server"),
    plain: "redis:",
    tls: "rediss:",
    login: `:${encodeURIComponent(SECRET)}@`,
    start: async ({ cert, key }: TestCertificate) =>
      startRedis([
        ...["--requirepass", SECRET, "--tls-auth-clients", "no"],
        ...["--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert],
      ]),
    wrong: /WRONGPASS .*; correct user and password in the URL$/,
  },
  {
    name: "NATS",
    ...needs("nats-server"),
    plain: "nats:",
    tls: "tls:",
    login: `ann:${encodeURIComponent(SECRET)}@`,
    start: async ({ cert, key }: TestCertificate) =>
      startNats(["--user", "ann", "--pass", SECRET, "--tls", "--tlscert", cert, "--tlskey", key]),
    wrong: /Authorization Violation; correct user and password in the URL$/,
  },
];

const redis = kinds[0]!;

describe.each(kinds)("a cluster by $name with TLS and a password", (kind) => {
  const skip = kind.skip || openssl.skip;

  test.skipIf(skip)(
    "is joined with the right ones, and refused in one line without",
    async () => {
      const certificate = new TestCertificate(openssl.path);
      const server = await kind.start(certificate);
      onTestFinished(async () => server.stop());
      const cluster = new RealCluster(urlOf(server, kind.tls, kind.login));
      onTestFinished(async () => cluster.stop());
      // The commands of the shell name the file of the authority, as the environment of a service does.
      const shell = `NODE_EXTRA_CA_CERTS=${certificate.cert} exec "$@"`;
      const nodes = await cluster.start(2, { shell });
      expect((await cluster.equal()).cluster.nodes).toBe(2);

      const secrets = [SECRET, encodeURIComponent(SECRET)];
      const untrusted = await refusalBy(urlOf(server, kind.tls, kind.login));
      expect(untrusted).toMatch(
        /certificate.*; name the file of its certificate authority in NODE_EXTRA_CA_CERTS$/,
      );
      for (const secret of secrets) {
        expect(untrusted).not.toContain(secret);
        for (const node of nodes) expect(node.log).not.toContain(secret);
      }
    },
    4 * PATIENCE_MS,
  );
});

describe.each([
  { ...kinds[0]!, start: async () => startRedis(["--requirepass", SECRET]) },
  { ...kinds[1]!, start: async () => startNats(["--user", "ann", "--pass", SECRET]) },
])("a server without access to $name", ({ skip, plain, wrong, start }) => {
  let server: ClusterServer | null = null;
  beforeAll(async () => {
    if (!skip) server = await start();
  });
  afterAll(async () => server?.stop());

  test.skipIf(skip)("names the password as the reason, and does not print it", async () => {
    const line = await refusalBy(urlOf(server!, plain, "ann:wrongsecret@"));
    expect(line).toMatch(wrong);
    expect(line).not.toContain("wrongsecret");
  });

  test.skipIf(skip)("says that it is another kind of server", async () => {
    const other = plain === "redis:" ? "nats:" : "redis:";
    const line = await refusalBy(urlOf(server!, other, "ann:wrongsecret@"), 500);
    expect(line).toMatch(
      /check that the port is that of \w+, and whether it needs TLS|correct user and password/,
    );
    expect(line).not.toContain("wrongsecret");
  });
});

test.skipIf(redis.skip)("a server that takes no TLS is named as such", async () => {
  const server = await startRedis();
  onTestFinished(async () => server.stop());
  expect(await refusalBy(urlOf(server, "rediss:"), 300)).toMatch(
    /whether it takes TLS \(without: redis:\/\/\)$/,
  );
});

const isUnseen = redis.skip || skips(process.platform !== "linux", "this system has no /proc");
test.skipIf(isUnseen)(
  "no password of the URL is in what a server shows, or in the list of processes",
  async () => {
    const server = await startRedis(["--requirepass", "SECRETPW"]);
    onTestFinished(async () => server.stop());
    const url = urlOf(server, "redis:", "default:SECRETPW@");
    for (const more of [[], ["--fronts", "2"]]) {
      const served = new ServedProcess(
        { ...SCRIPT, "parlor.config.js": "export default { shutdownGrace: 200 };" },
        { args: ["--cluster", url, ...more] },
      );
      const address = await served.url();
      const pages = ["/_parlor/health", "/_parlor/metrics", "/no/such/page"].map(async (path) => {
        const response = await fetch(address + path);
        return `${JSON.stringify([...response.headers])} ${await response.text()}`;
      });
      const shown = [...(await Promise.all(pages)), served.process.out, served.process.err];
      for (const pid of [served.process.pid, ...served.children()])
        shown.push(readFileSync(`/proc/${pid}/cmdline`, "latin1"));
      expect(shown.join()).toContain("--cluster redis://localhost");
      expect(shown.filter((text) => text.includes("SECRETPW"))).toEqual([]);
      await served.stop();
    }
  },
);

test.each(["redis:", "nats:"])("a server that does not reply is reported by %s", async (plain) => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const line = await refusalBy(`${plain}//127.0.0.1:${port}`, 300);
  expect(line).toMatch(/(?:no reply|timeout.*); check that the port is that of/);
});

test.skipIf(redis.skip)(
  "a Redis that takes no writes is named once, with its reason, until it takes them",
  async () => {
    const server = await startRedis();
    onTestFinished(async () => server.stop());
    await sendRedis(server.url, "REPLICAOF 127.0.0.1 1");
    const cluster = { url: server.url, heartbeat: 100, lease: 500 };
    const app = await RunningApp.serve(folderOf(SCRIPT), { cluster });
    const { text } = await app.logged(/refuses what this node writes/);
    expect(text).toContain("READONLY");
    await sendRedis(server.url, "REPLICAOF NO ONE");
    await app.logged(/joined as node/);
    await expect
      .poll(() => app.log.texts.filter((each) => each.includes("refuses what")).length, patience)
      .toBe(1);
  },
);
