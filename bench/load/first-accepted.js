import { Connection } from "./connection.js";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 2;

/** Tries again and again until the server accepts a WebSocket; resolves with the wall clock of that moment. */
export async function firstAccepted({ target, limitMs }) {
  const end = performance.now() + limitMs;
  const shared = Buffer.alloc(4096);
  for (;;) {
    try {
      const connection = await Connection.open(target, shared);
      const at = performance.timeOrigin + performance.now();
      connection.destroy();
      return { at };
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(POLL_MS);
    }
  }
}
