import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameRun } from "../../../src/front/resume/frame-run.ts";
import { KeptList, type Kept } from "../../../src/front/resume/kept-list.ts";

test("a list of what is kept has the same order and ends as an array, whatever is pushed and shifted", () => {
  const steps = fc.array(fc.tuple(fc.constantFrom("push", "shift"), fc.integer({ min: 1, max: 9 })));
  fc.assert(
    fc.property(steps, (all) => {
      const [list, array]: [KeptList, Kept[]] = [new KeptList(), []];
      for (const [what, times] of all) {
        for (let time = 0; time < times; time++) {
          const run = new FrameRun();
          if (what === "shift") (list.shift(), array.shift());
          else (list.push(run), array.push(run));
        }
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
