// Front: refuses a WebSocket handshake with an HTTP response.
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpRefusal } from "../../boundary/errors/refusals.ts";
import { rawResponse } from "../http/raw-response.ts";

/** Responds with a complete HTTP response and ends the connection. A status that cannot refuse becomes 403. */
export function refuseUpgrade(socket: Duplex, { status, ...rest }: HttpRefusal): void {
  // The client may have gone; an error without a listener would end the process.
  socket.on("error", destroy);
  if (!socket.writable) return void socket.destroy();
  const isRefusal = STATUS_CODES[status] !== undefined && status >= 300;
  socket.once("finish", destroy);
  socket.end(rawResponse({ status: isRefusal ? status : 403, ...rest }));
}

function destroy(this: Duplex): void {
  this.destroy();
}
