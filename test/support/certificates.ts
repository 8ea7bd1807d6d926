import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "node:https";
import { connect } from "node:tls";
import { folderOf, type Files } from "./running-app.ts";

/** A self-signed certificate of `localhost`, `127.0.0.1` and other names in a folder, as `key.pem` and `cert.pem`. */
export class TestCertificate {
  readonly dir: string;
  readonly key: string;
  readonly cert: string;

  /** `passphrase` encrypts the key. `files`: other files of the folder, which is removed when the test ends, or as `whenOver` says. */
  constructor(
    openssl: string,
    { passphrase = null, files = {}, names: others = [], whenOver }: CertificateOptions = {},
  ) {
    this.dir = folderOf(files, whenOver);
    [this.key, this.cert] = [join(this.dir, "key.pem"), join(this.dir, "cert.pem")];
    const encryption = passphrase === null ? ["-nodes"] : ["-passout", `pass:${passphrase}`];
    const names = `subjectAltName=${["localhost", ...others].map((name) => `DNS:${name}`).join()},IP:127.0.0.1`;
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "30"];
    const subject = ["-subj", "/CN=localhost", "-addext", names];
    const output = ["-keyout", this.key, "-out", this.cert];
    execFileSync(openssl, ["req", "-x509", ...kind, ...encryption, ...subject, ...output], {
      stdio: "ignore",
    });
  }

  /** For a client that trusts it. */
  get ca(): string {
    return readFileSync(this.cert, "utf8");
  }

  /** The body of a response over TLS. */
  text(url: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const req = request(url, { ca: this.ca, agent: false }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body += part));
        response.on("end", () => resolve(body)).on("error", reject);
      });
      req.on("error", reject).end();
    });
  }
}

interface CertificateOptions {
  readonly passphrase?: string | null;
  readonly files?: Files;
  /** Further names that it is for. */
  readonly names?: readonly string[];
  /** Is given the function that removes the folder; by default the test calls it when it ends. */
  readonly whenOver?: (remove: () => void) => void;
}

/** The certificate that a port serves to a new client, in PEM. */
export function servedAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? "");
      socket.destroy();
    });
    socket.on("error", reject);
  });
}
