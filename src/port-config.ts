// Base: the options of the ports: `tls`, and `admin` about the paths below `/_parlor/`.
import { isRecord } from "./boundary/checks.ts";
import { unknownOption, wrong } from "./option-problems.ts";

/** Who sees the paths below `/_parlor/`, beside requests from this machine. */
export interface AdminConfig {
  /** Address of the port of its own. Default `127.0.0.1`. */
  readonly host: string;
  /** A TCP port that has these paths only; 0 to 65,535, where 0 takes any that is free; null for none. Without a token it is open to all who reach it. Default `null`. */
  readonly port: number | null;
  /** Opens the paths to requests with `Authorization: Bearer` and this token; null for none. Default `null`. */
  readonly token: string | null;
}

export const DEFAULT_ADMIN: AdminConfig = { host: "127.0.0.1", port: null, token: null };

/** The key and the certificate of the server's port, which then speaks TLS only. */
export interface TlsConfig {
  /** File of the private key, in PEM; relative to the app's folder. No default. */
  readonly key: string;
  /** File of the certificate, in PEM, followed by those of its issuers up to the root; relative to the app's folder. No default. */
  readonly cert: string;
  /** Opens an encrypted key; null for a key that is not. Default `null`. */
  readonly passphrase: string | null;
}

/** TLS as a configuration names it. */
export type TlsOption = Pick<TlsConfig, "key" | "cert"> & Partial<TlsConfig>;

/** Fills in the defaults of an option that has no problems. */
export function tlsOf(option: TlsOption | null): TlsConfig | null {
  if (option === null) return null;
  const { key, cert, passphrase = null } = option;
  return { key, cert, passphrase };
}

/** Returns what is wrong with the option. A passphrase stays out of the texts. */
export function tlsProblems(value: unknown, path: string): string[] {
  if (value === null) return [];
  if (!isRecord(value)) return [wrong(path, "null, or an object with key and cert", value)];
  const unknown = Object.keys(value).filter((name) => !NAMES.includes(name));
  return [
    ...unknown.map((name) => unknownOption(`${path}.${name}`, name, NAMES)),
    ...fileProblems(value["key"], `${path}.key`),
    ...fileProblems(value["cert"], `${path}.cert`),
    ...passphraseProblems(value["passphrase"], `${path}.passphrase`),
  ];
}

function fileProblems(value: unknown, path: string): string[] {
  if (typeof value === "string" && value.startsWith("-----BEGIN"))
    return [`${path} must be the path of a PEM file; it is the content of one`];
  return isText(value) ? [] : [wrong(path, "the path of a PEM file", value)];
}

function passphraseProblems(value: unknown, path: string): string[] {
  if (value === undefined || value === null || isText(value)) return [];
  return [`${path} must be a non-empty string, or null`];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

const NAMES = ["key", "cert", "passphrase"];
