// Boundary: what the response to a handshake has beside what Parlor itself puts into it. Plain data.

/** What the 101 has beside its own headers. */
export interface UpgradeAnswer {
  /** One that the client offers; null for none. */
  readonly protocol: string | null;
  readonly headers: Headers;
}

/** Headers of a handshake's response, in their order; a name may occur several times. */
export type Headers = readonly (readonly [name: string, value: string])[];
