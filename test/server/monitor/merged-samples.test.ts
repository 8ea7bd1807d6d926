import { expect, test } from "vitest";
import { mergedSamples } from "../../../src/server/monitor/merged-samples.ts";
import type { Series } from "../../../src/server/monitor/series.ts";

const series = (name: string, labels: string[]): Series => ({
  ...{ name, type: "gauge", help: "", labels },
  read: () => [],
});

test("values with the same labels are added, whatever their order, and parts of a histogram by their names", () => {
  const fronts = [
    {
      front: 1,
      samples: {
        a: [
          { labels: { route: "/x", host: "h" }, value: 2 },
          { labels: { route: "/y", host: "h" }, value: 5 },
          { labels: { le: 1 }, value: 7, metricName: "a_bucket" },
          { labels: {}, value: 8, metricName: "a_count" },
        ],
      },
    },
    {
      front: 2,
      samples: {
        a: [
          { labels: { host: "h", route: "/x" }, value: 3 },
          { labels: { le: 1 }, value: 1, metricName: "a_bucket" },
          { labels: {}, value: 1, metricName: "a_sum" },
        ],
      },
    },
  ];
  expect(mergedSamples(series("a", ["route", "host"]), fronts)).toEqual([
    { labels: { route: "/x", host: "h" }, value: 5 },
    { labels: { route: "/y", host: "h" }, value: 5 },
    { labels: { le: 1 }, value: 8, metricName: "a_bucket" },
    { labels: {}, value: 8, metricName: "a_count" },
    { labels: {}, value: 1, metricName: "a_sum" },
  ]);
});

test("a value that is each front's own has the number of its front", () => {
  const fronts = [1, 2].map((front) => ({
    front,
    samples: { up: [{ labels: { host: "h" }, value: front }] },
  }));
  expect(mergedSamples(series("up", ["host", "front"]), fronts)).toEqual([
    { labels: { host: "h", front: 1 }, value: 1 },
    { labels: { host: "h", front: 2 }, value: 2 },
  ]);
  expect(mergedSamples(series("none", []), fronts)).toEqual([]);
});
