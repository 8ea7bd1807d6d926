import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { TestCertificate } from "../../support/certificates.ts";
import { needs } from "../../support/require.ts";
import { RunningApp } from "../../support/running-app.ts";

const openssl = needs("openssl");
const LARGE = 24_000_000;

test.skipIf(openssl.skip)(
  "a client that takes a large message slowly by TLS is not disconnected at unsentTimeout",
  async () => {
    const certificate = new TestCertificate(openssl.path);
    const { key, cert, ca } = certificate;
    const routes = { "/ws/large": { onMessage: large } };
    const app = await RunningApp.embed({ routes, tls: { key, cert }, unsentTimeout: 3000 });
    const client = await app.open("/ws/large", { ca, patience: 60_000 });
    const { _socket: socket } = client.socket as unknown as { _socket: Socket };
    socket.on("data", () => {
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
    client.send("go");
    expect(await client.next()).toHaveLength(LARGE);
    expect(app.server.health).toMatchObject({ sessions: 1, messages: { cutSlow: 0 } });
  },
  90_000,
);

function large(session: { send(text: string): void }): void {
  session.send("x".repeat(LARGE));
}
