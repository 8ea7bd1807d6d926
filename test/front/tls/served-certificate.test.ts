import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ParlorError } from "../../../src/boundary/errors.ts";
import { ServedCertificate } from "../../../src/front/tls/served-certificate.ts";
import { TestCertificate } from "../../support/certificates.ts";
import { LogRecorder } from "../../support/log-recorder.ts";
import { needs } from "../../support/require.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const openssl = needs("openssl");

/** A served certificate with virtual time that starts now. */
class Served {
  readonly log = new LogRecorder();
  readonly clock = new VirtualClock();
  readonly certificate: ServedCertificate;
  readonly renewals: string[] = [];

  constructor(key: string, cert: string, { passphrase = null as string | null, now = Date.now() } = {}) {
    this.clock.setForward(now);
    this.certificate = new ServedCertificate(
      { key, cert, passphrase },
      { clock: this.clock, log: this.log.log },
    );
    this.certificate.follow((secure) => this.renewals.push(secure.cert));
    onTestFinished(() => this.certificate.end());
  }

  /** Lets it look at the files this often. */
  async look(times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      while (this.clock.waiting === 0) await new Promise(setImmediate);
      this.clock.advance(1000);
    }
    while (this.clock.waiting === 0) await new Promise(setImmediate);
  }
}

describe.skipIf(openssl.skip)("the files of a certificate", () => {
  test("are read again when both have been replaced, and not in between", async () => {
    const old = new TestCertificate(openssl.path);
    const served = new Served(old.key, old.cert);
    await served.look(3);
    expect(served.renewals).toEqual([]);
    const next = new TestCertificate(openssl.path);
    copyFileSync(next.cert, old.cert);
    await served.look();
    copyFileSync(next.key, old.key);
    await served.look(3);
    expect(served.renewals).toEqual([next.ca]);
    expect(served.log.entries.map(({ level }) => level)).toEqual(["info"]);
  });

  test("are followed through a link that is turned to other files", async () => {
    const [old, next] = [new TestCertificate(openssl.path), new TestCertificate(openssl.path)];
    const live = join(old.dir, "live");
    symlinkSync(old.dir, live);
    const served = new Served(join(live, "key.pem"), join(live, "cert.pem"));
    symlinkSync(next.dir, `${live}.next`);
    renameSync(`${live}.next`, live);
    await served.look(3);
    expect(served.renewals).toEqual([next.ca]);
  });

  test("are one line of the log while they cannot be used, and served when they can again", async () => {
    const old = new TestCertificate(openssl.path);
    const served = new Served(old.key, old.cert);
    unlinkSync(old.cert);
    await served.look(5);
    const line = `${old.cert}: does not exist; the previous certificate stays`;
    expect(served.log.entries).toEqual([
      { level: "error", text: line, fields: { code: "PARLOR_TLS", file: old.cert } },
    ]);
    expect(served.certificate.problem).toBe(`${old.cert}: does not exist`);
    const next = new TestCertificate(openssl.path);
    copyFileSync(next.key, old.key);
    copyFileSync(next.cert, old.cert);
    await served.look(3);
    expect(served.renewals).toEqual([next.ca]);
    expect(served.certificate.problem).toBeNull();
  });

  test("are not looked at after the end", async () => {
    const old = new TestCertificate(openssl.path);
    const served = new Served(old.key, old.cert);
    served.certificate.end();
    expect(served.clock.waiting).toBe(0);
    unlinkSync(old.cert);
    await served.certificate.renew();
    expect(served.log.entries).toEqual([]);
  });

  test("are a warning when the certificate has expired", () => {
    const { key, cert } = new TestCertificate(openssl.path);
    const served = new Served(key, cert, { now: Date.now() + 31 * 86_400_000 });
    expect(served.log.entries).toEqual([
      {
        level: "warn",
        text: expect.stringContaining(`${cert}: the certificate is valid from`) as string,
        fields: { code: "PARLOR_TLS_EXPIRED" },
      },
    ]);
  });

  test("may have an encrypted key, with its passphrase", () => {
    const { key, cert } = new TestCertificate(openssl.path, { passphrase: "tea time" });
    expect(() => new Served(key, cert, { passphrase: "tea time" })).not.toThrow();
    expect(problem(() => new Served(key, cert))).toBe(
      `${key}: the private key is encrypted, and set tls.passphrase; the server does not start`,
    );
    expect(problem(() => new Served(key, cert, { passphrase: "no" }))).toContain("does not open it");
  });

  test("may be one file with both", () => {
    const { key, cert, dir } = new TestCertificate(openssl.path);
    const both = join(dir, "both.pem");
    for (const file of [cert, key]) writeFileSync(both, readText(file), { flag: "a" });
    expect(() => new Served(both, both)).not.toThrow();
  });
});

describe.skipIf(openssl.skip)("a certificate that cannot be served", () => {
  test.each<[what: string, spoil: (files: TestCertificate) => void, line: string]>([
    ["whose key is missing", ({ key }) => rmSync(key), "key.pem: does not exist"],
    ["whose file is missing", ({ cert }) => rmSync(cert), "cert.pem: does not exist"],
    ["that is a folder", ({ cert }) => (rmSync(cert), mkdirSync(cert)), "cert.pem: is a folder"],
    ["that is empty", ({ cert }) => writeFileSync(cert, ""), "cert.pem: has no certificate in PEM form"],
    ["that is a key", ({ key, cert }) => copyFileSync(key, cert), "but a private key: exchange the two"],
    [
      "whose key is a certificate",
      ({ key, cert }) => copyFileSync(cert, key),
      "key.pem: has no private key in PEM form",
    ],
    [
      "whose key is cut",
      ({ key }) => writeFileSync(key, readText(key).slice(0, 60)),
      "key.pem: has no valid private key",
    ],
    [
      "of another key",
      ({ key }) => copyFileSync(new TestCertificate(openssl.path).key, key),
      "cert.pem: is not the certificate of the key in",
    ],
  ])("%s is one line at the start", (_what, spoil, line) => {
    const files = new TestCertificate(openssl.path);
    spoil(files);
    const text = problem(() => new Served(files.key, files.cert));
    expect(text).toContain(line);
    expect(text).toMatch(/; the server does not start$/);
    expect(text).not.toContain("\n");
  });
});

function problem(start: () => unknown): string {
  try {
    start();
  } catch (error) {
    if (error instanceof ParlorError && error.code === "PARLOR_TLS") return error.message;
    throw error;
  }
  throw new Error("the certificate was accepted");
}

function readText(file: string): string {
  return readFileSync(file, "utf8");
}
