import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { ConnectionBudget, connectionLimit } from "../../../src/front/ingress/connection-budget.ts";

class FakeSocket extends EventEmitter {
  isDestroyed = false;
  readonly remoteAddress: string;

  constructor(remoteAddress = "192.0.2.1") {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.isDestroyed = true;
  }
}

test("connections beyond the limit end, and each is reported", () => {
  const reports: string[] = [];
  const budget = new ConnectionBudget(
    { all: () => 10, perAddress: 0 },
    { onLimit: (name, limit, address) => reports.push(`${name} ${limit} ${address}`), onError: () => {} },
  );
  const sockets = Array.from({ length: 30 }, () => new FakeSocket());
  for (const socket of sockets) budget.admit(socket as unknown as Socket);
  expect(sockets.map(({ isDestroyed }) => isDestroyed).indexOf(true)).toBe(10);
  expect(reports).toEqual(Array.from({ length: 20 }, () => "maxConnections 10 192.0.2.1"));
  sockets[0]?.emit("close");
  const next = new FakeSocket();
  budget.admit(next as unknown as Socket);
  expect(next.isDestroyed).toBe(false);
});

test("an address that has as many connections as it may gets no further one until one of them ends", () => {
  const reports: string[] = [];
  const budget = new ConnectionBudget(
    { all: () => 10, perAddress: 2 },
    { onLimit: (name, limit, address) => reports.push(`${name} ${limit} ${address}`), onError: () => {} },
  );
  const come = (address: string): FakeSocket => {
    const socket = new FakeSocket(address);
    budget.admit(socket as unknown as Socket);
    return socket;
  };
  const [first] = [come("192.0.2.1"), come("::ffff:192.0.2.1")];
  expect(come("192.0.2.1").isDestroyed).toBe(true);
  expect(come("192.0.2.2").isDestroyed).toBe(false);
  first?.emit("close");
  expect(come("192.0.2.1").isDestroyed).toBe(false);
  expect(reports).toEqual(["maxConnectionsPerAddress 2 192.0.2.1"]);
});

test.each([
  [256, 3, 136],
  [1024, 10, 752],
  [1_048_576, 300, 1_045_088],
  [128, 50, 32],
])(
  "with %d descriptors, a server of %d scripts leaves %d to connections",
  (descriptors, scripts, connections) => {
    expect(connectionLimit(descriptors, scripts)).toBe(connections);
  },
);

test("without a limit of descriptors, connections have none either", () => {
  expect(connectionLimit(null, 3)).toBe(Infinity);
});
