import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { BodyBudget } from "../../../src/front/http/body/body-budget.ts";
import { readBody } from "../../../src/front/http/body/request-body.ts";
import { collectGarbage } from "../../support/garbage.ts";

test("a body of 10,000 chunks of a byte comes whole, and few of its chunks are kept", async () => {
  const request = new EventEmitter();
  const budget = new BodyBudget(1_000_000);
  let body: Uint8Array | null = null;
  const fails = (): void => expect.unreachable();
  readBody(
    request as IncomingMessage,
    { limit: 20_000, budget },
    { complete: (whole) => (body = whole), tooLong: fails, tooMany: fails },
  );
  const chunks = Array.from({ length: 10_000 }, (_, at) => {
    const chunk = Uint8Array.of(at % 251);
    request.emit("data", chunk);
    return new WeakRef(chunk);
  });
  await new Promise(setImmediate);
  await collectGarbage();
  expect(chunks.filter((chunk) => chunk.deref() !== undefined).length).toBeLessThan(300);
  request.emit("end");
  expect(body).toEqual(Uint8Array.from({ length: 10_000 }, (_, at) => at % 251));
  request.emit("close");
});
