// Front: the secrets by which a client returns to its session: the current one, and the next one.
import { randomBytes, timingSafeEqual } from "node:crypto";

/**
 * Each connection gets a fresh secret. The previous one is valid until the client has the fresh one. One text: the
 * current secret, and behind it the fresh one if there is one. An idle session keeps no object for them.
 */
export type Secrets = string;

/** 128 bits; alone, the secrets of a fresh session. */
export function freshSecret(): string {
  return randomBytes(16).toString("base64url");
}

/** The secret for the next connection. */
export function nextSecret(secrets: Secrets): string {
  return secrets.slice(-LENGTH);
}

/** Whether a client may return with a secret. */
export function admits(secrets: Secrets, secret: string): boolean {
  const fresh = secrets.slice(LENGTH);
  const isCurrent = isEqual(secret, secrets.slice(0, LENGTH));
  const isFresh = isEqual(secret, fresh === "" ? UNKNOWN : fresh);
  return isCurrent || (isFresh && fresh !== "");
}

/** A client has returned with a secret, and gets a fresh one. */
export function renewed(secret: string): Secrets {
  return flat(secret + freshSecret());
}

/** The client has the fresh secret: the old one is spent. */
export function confirmed(secrets: Secrets): Secrets {
  return secrets.length === LENGTH ? secrets : flat(nextSecret(secrets));
}

// A part of a text keeps the whole of it, and a concatenated one its parts.
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

/** Of one secret, in characters. */
const LENGTH = 22;

/** Compared in place of a missing one, which takes the same time. */
const UNKNOWN = "*".repeat(LENGTH);

// In the same time for all secrets of the right length.
function isEqual(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
