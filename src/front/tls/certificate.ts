// Front: a private key and its certificate, read from their files and checked.
import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import type { TlsConfig } from "../../port-config.ts";

/** A key and a certificate that belong together. */
export interface Certificate {
  /** For `node:https` and `setSecureContext`. */
  readonly secure: SecureContextOptions & PemPair;
  /** When it is valid. */
  readonly from: Date;
  readonly to: Date;
}

/** The content of the two files. */
export interface PemPair {
  readonly key: string;
  readonly cert: string;
}

/** Reads the files. An error is a `CertificateError`. */
export function readCertificate(files: TlsConfig): Certificate {
  return certificateOf({ key: textOf(files.key), cert: textOf(files.cert) }, files);
}

/** Why a key and a certificate cannot be used: the file and the reason, in one line. */
export class CertificateError extends Error {
  readonly file: string;

  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
    this.file = file;
  }
}

/** Checks the content of the files. An error is a `CertificateError`. */
function certificateOf({ key, cert }: PemPair, files: TlsConfig): Certificate {
  const own = ownCertificate(cert, files);
  const { passphrase } = files;
  if (!own.checkPrivateKey(privateKey(key, files)))
    throw new CertificateError(files.cert, `is not the certificate of the key in ${files.key}`);
  const secure = { key, cert, ...(passphrase === null ? {} : { passphrase }) };
  try {
    createSecureContext(secure);
  } catch (error) {
    throw new CertificateError(files.cert, `cannot be used (${reasonOf(error)})`);
  }
  return { secure, from: new Date(own.validFrom), to: new Date(own.validTo) };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new CertificateError(file, UNREADABLE.get(code) ?? `cannot be read (${reasonOf(error)})`);
  }
}

const UNREADABLE: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "does not exist"],
  ["ENOTDIR", "does not exist"],
  ["EISDIR", "is a folder"],
  ["EACCES", "may not be read by the user of the server"],
]);

function ownCertificate(cert: string, files: TlsConfig): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch {
    const hint = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(cert)
      ? ", but a private key: exchange the two"
      : "";
    throw new CertificateError(files.cert, `has no certificate in PEM form${hint}`);
  }
}

function privateKey(key: string, { key: file, passphrase }: TlsConfig): KeyObject {
  try {
    return createPrivateKey({ key, ...(passphrase === null ? {} : { passphrase }) });
  } catch (error) {
    if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key))
      throw new CertificateError(file, "has no private key in PEM form");
    const isEncrypted = /ENCRYPTED/.test(key);
    if (!isEncrypted) throw new CertificateError(file, `has no valid private key (${reasonOf(error)})`);
    const why = passphrase === null ? "set tls.passphrase" : "tls.passphrase does not open it";
    throw new CertificateError(file, `the private key is encrypted, and ${why}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
