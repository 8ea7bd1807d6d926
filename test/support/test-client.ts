import type { Handshake } from "../../src/boundary/events.ts";
import type { Payload } from "../../src/boundary/payload.ts";

/** The client's end of a session that has no socket: an inbox, and how the session ended. */
export class TestClient {
  readonly inbox: Payload[] = [];
  ended: { readonly code: number; readonly reason: string } | null = null;
  refused: { readonly status: number; readonly reason: string } | null = null;
  isAccepted = false;

  receive(data: Payload): void {
    this.inbox.push(data);
  }

  accepted(): void {
    this.isAccepted = true;
  }

  /** The first close counts. */
  close(code: number, reason: string): void {
    this.ended ??= { code, reason };
  }

  refuse(status: number, reason: string): void {
    this.refused = { status, reason };
  }

  /** The messages that came since the previous call. */
  read(): Payload[] {
    return this.inbox.splice(0);
  }
}

/** The handshake of session `ref`, whose id has the number in it. */
export function numberedHandshake(ref: number, parts: Partial<Handshake>): Handshake {
  const [path = "", query = ""] = (parts.path ?? "").split("?");
  return {
    id: `00000000-0000-4000-8000-${String(ref).padStart(12, "0")}`,
    script: "ws ",
    route: "",
    headers: "",
    address: "192.0.2.7",
    params: null,
    ...parts,
    path,
    query,
  };
}
