import { expect, test } from "vitest";
import { titleFor } from "../../src/cli/lifetime/process-title.ts";
import { clusterProblems, clusterServerOf } from "../../src/cluster-config.ts";

test.each([
  ["redis://127.0.0.1", "redis://127.0.0.1"],
  ["redis://user:p%40ss@[::1]:6379/3", "redis://[::1]:6379"],
  ["rediss://:SECRET@host.example/", "rediss://host.example"],
  ["nats://SECRET@127.0.0.1:4222", "nats://127.0.0.1:4222"],
  ["tls://u:SECRET@host/", "tls://host"],
])("%s is the URL of a cluster, shown without user and password", (url, shown) => {
  expect(clusterProblems(url, "cluster")).toEqual([]);
  expect(clusterServerOf(url)).toBe(shown);
});

test.each([
  ["redis:/u:SECRET@h", /must be a URL like/],
  ["redis://", /must be a URL like/],
  ["http://u:SECRET@h", /must be a URL like/],
  ["u:SECRET@h:6379", /must be a URL like/],
  ["redis://u:SECRET@h:99999999", /must be a URL like/],
  ["redis://h?password=SECRET", /user and password go before the host/],
  ["nats://h/#SECRET", /user and password go before the host/],
  ["redis://h/SECRET", /or with the number of a database$/],
  ["nats://h/3", /must end with the port$/],
  ["redis://u:SECRET%@h", /write it as "%25"$/],
])("%s is refused in one line, which does not show it", (url, why) => {
  const problems = clusterProblems(url, "cluster");
  expect(problems).toEqual([expect.stringMatching(why)]);
  expect(problems[0]).not.toContain("SECRET");
  expect(clusterProblems({ url }, "cluster")[0]).toMatch(why);
});

test.each([
  [["serve", "--cluster", "redis://u:SECRET@h:1", "app"], "parlor serve --cluster redis://h:1 app"],
  [["serve", "--cluster=nats://SECRET@h"], "parlor serve --cluster=nats://h"],
  [["serve", "--cluster", "redis://u:SEC@RET@h"], "parlor serve --cluster redis://h"],
  [["serve", "--cluster", "redis://h?password=SECRET"], "parlor serve --cluster redis://h"],
])("the title of %s has no password", (args, title) => {
  expect(titleFor(args)).toBe(title);
});

test("a command without a password keeps its title", () => {
  expect(titleFor(["serve", "a@b", "--cluster", "redis://h:1/0"])).toBeNull();
});
