import { expect, test } from "vitest";
import { admits, confirmed, freshSecret, nextSecret, renewed } from "../../../src/front/resume/secrets.ts";

test("a fresh session has one secret of 128 bits, and a different one each time", () => {
  const secrets = Array.from({ length: 100 }, freshSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(Buffer.from(nextSecret(secret), "base64url")).toHaveLength(16);
});

test("a secret and the next one are both valid until the client has the next one", () => {
  const first = nextSecret(freshSecret());
  const both = renewed(first);
  const second = nextSecret(both);
  expect([first, second].map((secret) => admits(both, secret))).toEqual([true, true]);
  const spent = confirmed(both);
  expect([first, second].map((secret) => admits(spent, secret))).toEqual([false, true]);
  expect(nextSecret(spent)).toBe(second);
});

test("a next secret that was never acknowledged is void when the client returns with the old secret", () => {
  const first = nextSecret(freshSecret());
  const lost = nextSecret(renewed(first));
  const secrets = renewed(first);
  expect(admits(secrets, lost)).toBe(false);
  expect(admits(secrets, first)).toBe(true);
});

test("a session admits no part of its secrets, no two of them together, and not the place of a missing one", () => {
  const one = freshSecret();
  const two = renewed(one);
  const wrong = ["", one.slice(1), one.slice(0, -1), two, two.slice(1, 23), "*".repeat(22), " ".repeat(22)];
  for (const secret of wrong) {
    expect(admits(one, secret)).toBe(false);
    expect(admits(two, secret)).toBe(false);
  }
});

test("a confirmation without a next secret changes nothing", () => {
  const secrets = freshSecret();
  expect(confirmed(secrets)).toBe(secrets);
});
