import { copyFileSync, writeFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import { describe, expect, test } from "vitest";
import type { EmbedOptions } from "../../../src/server/serve.ts";
import { servedAt, TestCertificate } from "../../support/certificates.ts";
import { needs } from "../../support/require.ts";
import { RunningApp } from "../../support/running-app.ts";

const openssl = needs("openssl");

const routes: NonNullable<EmbedOptions["routes"]> = {
  "/ws/echo": {
    onMessage: (session, text) => session.send(text),
  },
};

const LARGE = 24_000_000;
const large: typeof routes = { "/ws/large": { onMessage: (session) => session.send("x".repeat(LARGE)) } };

async function secure(
  settings: EmbedOptions = {},
): Promise<{ app: RunningApp; certificate: TestCertificate }> {
  const certificate = new TestCertificate(openssl.path);
  const { key, cert } = certificate;
  return { app: await RunningApp.embed({ routes, ...settings, tls: { key, cert } }), certificate };
}

describe.skipIf(openssl.skip)("a port with a key and a certificate", () => {
  test("serves WebSocket clients and HTTP clients by TLS, and its address is https", async () => {
    const http = { "/hello": { GET: (request: Request) => new Response(request.url) } };
    const { app, certificate } = await secure({ http });
    const { url, port } = app.server;
    expect(url).toBe(`https://127.0.0.1:${port}`);
    expect(app.log.texts.join("\n")).toContain(`listening on ${url}`);
    const client = await app.open("/ws/echo", { ca: certificate.ca });
    client.send("x".repeat(200_000));
    expect(await client.next()).toBe("x".repeat(200_000));
    expect(await certificate.text(`${url}/hello`)).toBe(`${url}/hello`);
  });

  test("shows the details of health to this machine only, as a plain port does", async () => {
    const { app, certificate } = await secure();
    const health: unknown = JSON.parse(await certificate.text(`${app.server.url}/_parlor/health`));
    expect(health).toMatchObject({ status: "ok", sessions: 0 });
  });

  test("ends a connection that speaks plain HTTP, and serves the others", async () => {
    const { app, certificate } = await secure();
    const plain = await app.dial("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect(await plain.toEnd()).not.toContain("HTTP/1.1");
    const client = await app.open("/ws/echo", { ca: certificate.ca });
    client.send("still here");
    expect(await client.next()).toBe("still here");
  });

  test("ends a connection whose TLS handshake takes longer than handshakeTimeout", async () => {
    const { app } = await secure({ handshakeTimeout: 200 });
    expect(await (await app.dial()).toEnd()).toBe("");
  });

  test("ends a connection that sends no request after its TLS handshake", async () => {
    const { app, certificate } = await secure({ handshakeTimeout: 200 });
    const { port } = app.server;
    const socket = connectTls({ port, host: "127.0.0.1", ca: certificate.ca });
    socket.on("error", () => undefined).resume();
    await new Promise((resolve) => socket.once("close", resolve));
  });

  test("counts a connection from its first byte to its end", async () => {
    const { app, certificate } = await secure({ maxConnections: 1 });
    const options = { ca: certificate.ca };
    const first = await app.open("/ws/echo", options);
    await expect(app.open("/ws/echo", options)).rejects.toThrow();
    first.close();
    await first.closed;
    await app.healthIs(({ sessions }) => sessions === 0);
    let isOpen = false;
    while (!isOpen) {
      isOpen = await app.open("/ws/echo", options).then(
        () => true,
        () => false,
      );
    }
  });

  test("closes at once while a TLS handshake is under way", async () => {
    const { app } = await secure({ handshakeTimeout: 60_000 });
    const silent = await app.dial();
    await new Promise(setImmediate);
    await app.server.close();
    expect(await silent.toEnd()).toBe("");
  });

  test("disconnects a client that takes nothing for unsentTimeout", async () => {
    const { app, certificate } = await secure({ routes: large, unsentTimeout: 1000 });
    const client = await app.open("/ws/large", { ca: certificate.ca });
    client.socket.pause();
    client.send("go");
    await app.healthIs(({ sessions }) => sessions === 0);
  });

  test("cannot be asked for beside a server of the program", async () => {
    const { createServer } = await import("node:http");
    const tls = { key: "key.pem", cert: "cert.pem" };
    const embedded = RunningApp.embed({ server: createServer(), tls });
    await expect(embedded).rejects.toMatchObject({ code: "PARLOR_OPTION" });
  });
});

describe.skipIf(openssl.skip)("a reload of a server with a certificate", () => {
  test("serves the new certificate to new clients, and keeps the sessions", async () => {
    const { app, certificate } = await secure();
    const session = await app.open("/ws/echo", { ca: certificate.ca });
    const next = new TestCertificate(openssl.path);
    copyFileSync(next.key, certificate.key);
    copyFileSync(next.cert, certificate.cert);
    await app.server.reload();
    expect(await servedAt(app.server.port)).toBe(next.ca);
    session.send("kept");
    expect(await session.next()).toBe("kept");
    expect(app.log.texts.filter((text) => text.includes("serving the new certificate"))).toHaveLength(1);
  });

  test("keeps the previous certificate when the new one does not belong to the key", async () => {
    const { app, certificate } = await secure();
    const before = certificate.ca;
    copyFileSync(new TestCertificate(openssl.path).cert, certificate.cert);
    await app.server.reload();
    const entries = app.log.entries.filter(({ fields }) => fields["code"] === "PARLOR_TLS");
    expect(entries.map(({ text }) => text)).toEqual([
      `${certificate.cert}: is not the certificate of the key in ${certificate.key}; the previous certificate stays`,
    ]);
    expect(await servedAt(app.server.port)).toBe(before);
    expect(app.server.certificateProblem).toContain("is not the certificate");
    writeFileSync(certificate.cert, before);
    await app.server.reload();
    expect(app.server.certificateProblem).toBeNull();
  });
});
