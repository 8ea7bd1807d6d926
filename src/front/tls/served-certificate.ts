// Front: the certificate that a port serves, read again when its files change.
import { statSync, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { ParlorError } from "../../boundary/errors.ts";
import type { Clock, Timer } from "../../boundary/clock.ts";
import { logEntry, type Log } from "../../log.ts";
import type { TlsConfig } from "../../port-config.ts";
import { CertificateError, readCertificate, type Certificate } from "./certificate.ts";

/**
 * Looks at the files once a second, through links: a renewal may turn a link, of which the system reports nothing. Files
 * are read when they have not changed for a second, because key and certificate are written one after the other.
 */
export class ServedCertificate {
  readonly #files: TlsConfig;
  readonly #parts: CertificateParts;
  #current: Certificate;
  #problem: string | null = null;
  /** The state of the files when they were read, and at the last look. */
  #readState: string;
  #lastState: string;
  #look: Timer | null = null;
  #onRenewed: (secure: Certificate["secure"]) => void = () => undefined;
  #isEnded = false;

  /**
   * Reads the files. `files` has absolute paths.
   *
   * @throws ParlorError `PARLOR_TLS` if they cannot be used.
   */
  constructor(files: TlsConfig, parts: CertificateParts) {
    this.#files = files;
    this.#parts = parts;
    this.#readState = this.#lastState = statesOf(filesOf(files).map(stateNow));
    this.#current = this.#readFirst();
    this.#warnIfExpired();
  }

  /** The key and the certificate, for `node:https`. */
  get secure(): Certificate["secure"] {
    return this.#current.secure;
  }

  /** Why the files could not be used when they were read last; null if they could. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Calls back with each new certificate, until `end`. */
  follow(onRenewed: (secure: Certificate["secure"]) => void): void {
    this.#onRenewed = onRenewed;
    this.#lookLater();
  }

  /** Reads the files again. A pair that cannot be used is one line of the log, and the previous one stays. */
  async renew(): Promise<void> {
    const state = await this.#state();
    if (this.#isEnded) return;
    this.#readState = this.#lastState = state;
    try {
      this.#replace(readCertificate(this.#files));
    } catch (error) {
      this.#problem = problemOf(error);
      logEntry(this.#parts.log, "PARLOR_TLS/kept", { problem: this.#problem }, { file: fileOf(error) });
    }
  }

  /** Looks at the files no more. */
  end(): void {
    this.#isEnded = true;
    this.#look?.cancel();
  }

  #readFirst(): Certificate {
    try {
      return readCertificate(this.#files);
    } catch (error) {
      throw new ParlorError("PARLOR_TLS/start", { problem: problemOf(error) }, error);
    }
  }

  #replace(next: Certificate): void {
    const { secure: old } = this.#current;
    this.#problem = null;
    if (old.cert === next.secure.cert && old.key === next.secure.key) return;
    this.#current = next;
    this.#onRenewed(next.secure);
    const to = next.to.toISOString();
    const fields = { kind: "server", file: this.#files.cert, to };
    this.#parts.log.info(fields, `tls: serving the new certificate of ${this.#files.cert}, valid to ${to}`);
    this.#warnIfExpired();
  }

  #warnIfExpired(): void {
    const { from, to } = this.#current;
    const now = this.#parts.clock.now();
    if (from.getTime() <= now && now <= to.getTime()) return;
    const dates = { from: from.toISOString(), to: to.toISOString() };
    logEntry(this.#parts.log, "PARLOR_TLS_EXPIRED", { file: this.#files.cert, ...dates });
  }

  #lookLater(): void {
    if (!this.#isEnded) this.#look = this.#parts.clock.after(LOOK_EVERY, () => void this.#lookNow());
  }

  async #lookNow(): Promise<void> {
    const state = await this.#state();
    const isSettled = state === this.#lastState;
    this.#lastState = state;
    if (isSettled && state !== this.#readState) await this.renew();
    this.#lookLater();
  }

  async #state(): Promise<string> {
    return statesOf(await Promise.all(filesOf(this.#files).map(stateOf)));
  }
}

export interface CertificateParts {
  readonly clock: Clock;
  readonly log: Log;
}

const LOOK_EVERY = 1000;

function filesOf({ key, cert }: TlsConfig): string[] {
  return [key, cert];
}

async function stateOf(file: string): Promise<Stats | null> {
  return await stat(file).catch(() => null);
}

function stateNow(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null; // the reader of the file reports it
  }
}

// The change time, too: it shows that a file may be read from now on.
function statesOf(all: readonly (Stats | null)[]): string {
  const texts = all.map((one) => one && [one.dev, one.ino, one.size, one.mtimeMs, one.ctimeMs].join(":"));
  return texts.join(" ");
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fileOf(error: unknown): string {
  return error instanceof CertificateError ? error.file : "";
}
