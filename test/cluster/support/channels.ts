import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Makes two ends of one connection, as a front and its parent have. */
export async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const near = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [[far]] = await Promise.all([accepted, once(near, "connect")]);
  server.close();
  return [near, far];
}
