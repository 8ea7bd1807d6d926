import { copyFileSync, rmSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { servedAt, TestCertificate } from "../support/certificates.ts";
import { needs } from "../support/require.ts";
import { Folder, parlor, type ParlorProcess } from "./support/parlor.ts";

const openssl = needs("openssl");
const files = { "ws/echo.js": "export const onMessage = (session, text) => session.send(text);\n" };

describe.skipIf(openssl.skip)("parlor serve with --key and --cert", () => {
  const started = (tmp: string, ...args: string[]): ParlorProcess => {
    const server = parlor(args, { tmp });
    onTestFinished(async () => {
      server.signal("SIGKILL");
      await server.ended;
    });
    return server;
  };
  const folder = (): string => {
    const tmp = new Folder();
    onTestFinished(() => tmp.remove());
    return tmp.path;
  };

  test("prints an https address, reads the files again at SIGHUP, and parlor reload reports a bad one", async () => {
    const app = new TestCertificate(openssl.path, { files });
    const tmp = folder();
    const tls = ["--key", app.key, "--cert", app.cert];
    const server = started(tmp, "serve", app.dir, "--port", "0", ...tls);
    const port = Number((await server.prints(/open https:\/\/127\.0\.0\.1:(\d+)/))[1]);
    expect(await servedAt(port)).toBe(app.ca);

    const next = new TestCertificate(openssl.path);
    copyFileSync(next.key, app.key);
    copyFileSync(next.cert, app.cert);
    server.signal("SIGHUP");
    await server.prints(/serving the new certificate/);
    expect(await servedAt(port)).toBe(next.ca);

    rmSync(app.cert);
    const { code, out, err } = await started(tmp, "reload", "--dir", app.dir).ended;
    expect(code).toBe(1);
    expect(out + err).toContain(`${app.cert}: does not exist; the previous certificate stays`);
    expect(await servedAt(port)).toBe(next.ca);
  });

  test("refuses a missing key in one line with a code", async () => {
    const app = new TestCertificate(openssl.path, { files });
    rmSync(app.key);
    const server = started(folder(), "serve", app.dir, "--port", "0", "--key", app.key, "--cert", app.cert);
    const { code, err } = await server.ended;
    expect(code).toBe(1);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).toContain(`${app.key}: does not exist; the server does not start`);
    expect(err).toContain("PARLOR_TLS");
  });

  test.each([
    ["--key", "--key needs --cert; give both files"],
    ["--cert", "--cert needs --key; give both files"],
  ])("refuses %s alone", async (option, line) => {
    const app = new TestCertificate(openssl.path, { files });
    const { code, err } = await started(folder(), "serve", app.dir, "--port", "0", option, app.key).ended;
    expect({ code, err: err.trimEnd() }).toEqual({ code: 1, err: `parlor: ${line}` });
  });
});
