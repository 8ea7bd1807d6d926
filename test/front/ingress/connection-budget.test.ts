import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { ConnectionBudget, connectionLimit } from "../../../src/front/ingress/connection-budget.ts";

class FakeSocket extends EventEmitter {
  isDestroyed = false;

  destroy(): void {
    this.isDestroyed = true;
  }
}

test("connections beyond the limit end, and one report stands for all of them", () => {
  const reports: number[] = [];
  const budget = new ConnectionBudget(() => 10, {
    onFull: (limit) => reports.push(limit),
    onError: () => {},
  });
  const sockets = Array.from({ length: 30 }, () => new FakeSocket());
  for (const socket of sockets) budget.admit(socket as unknown as Socket);
  expect(sockets.map(({ isDestroyed }) => isDestroyed).indexOf(true)).toBe(10);
  expect(reports).toEqual([10]);
  sockets[0]?.emit("close");
  const next = new FakeSocket();
  budget.admit(next as unknown as Socket);
  expect(next.isDestroyed).toBe(false);
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
