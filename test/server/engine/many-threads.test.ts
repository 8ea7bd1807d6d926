import { expect, test } from "vitest";
import type { Host } from "../../../src/boundary/host.ts";
import type { HostSpec } from "../../../src/boundary/host-spec.ts";
import { noticingMany } from "../../../src/server/engine/many-threads.ts";

const source = { code: "", name: "", async: false, uses: [], file: "", shared: [], map: "" };
const thread = { name: "a", scripts: [{ source }], shared: [] } as unknown as HostSpec;
const inProcess: HostSpec = { ...thread, isolation: "process" };
const inline = { name: "b", scripts: [{ source: null }], shared: [] } as unknown as HostSpec;

/** Starts hosts one after another; returns the reports. */
function start(specs: readonly HostSpec[]): number[] {
  const running: HostSpec[] = [];
  const reports: number[] = [];
  const { makeHost } = noticingMany(
    { makeHost: () => ({}) as Host },
    () => running,
    (threads) => reports.push(threads),
  );
  for (const spec of specs) {
    running.push(spec);
    makeHost(1, spec, {} as never);
  }
  return reports;
}

test("more than 64 threads are reported, once", () => {
  expect(start(Array.from({ length: 64 }, () => thread))).toEqual([]);
  expect(start(Array.from({ length: 100 }, () => thread))).toEqual([65]);
});

test("hosts in processes and in the server's own thread do not count as threads", () => {
  expect(start(Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? inProcess : inline)))).toEqual([]);
});
