import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameRun } from "../../../src/front/resume/frame-run.ts";
import { KeptList, type Kept } from "../../../src/front/resume/kept-list.ts";

const runs = Array.from({ length: 10 }, () => new FrameRun());

function change(list: Pick<KeptList, "push" | "shift">, what: string, times: number): void {
  for (const run of runs.slice(0, times))
    if (what === "shift") list.shift();
    else list.push(run);
}

test("a list of what is kept has the same order and ends as an array, whatever is pushed and shifted", () => {
  const steps = fc.array(fc.tuple(fc.constantFrom("push", "shift"), fc.integer({ min: 1, max: 9 })));
  fc.assert(
    fc.property(steps, (all) => {
      const [list, array]: [KeptList, Kept[]] = [new KeptList(), []];
      for (const [what, times] of all) {
        for (const each of [list, array]) change(each, what, times);
        expect(list.length).toBe(array.length);
        expect([...list].map((each, at) => each === array[at])).toEqual(array.map(() => true));
        expect([list.first === (array[0] ?? null), list.last === (array.at(-1) ?? null)]).toEqual([
          true,
          true,
        ]);
      }
    }),
  );
});
