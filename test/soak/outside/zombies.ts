import { sleep, within } from "../figures.ts";
import type { TalkGroup } from "../talk-group.ts";

/** After the last fault, each route must serve its last version within this time, ms: pauses grow to 30 s. */
const BACK_WITHIN = 40_000;

/** Asks a route until the version answers that was saved last; then one client leaves. Returns what is wrong, or "". */
export async function findZombie(group: TalkGroup, version: number): Promise<string> {
  const { name } = group.route;
  if (!(await answersWith(group, String(version)))) return `${name}: version ${version} does not answer`;
  for (let index = 0; index < group.size; index += 1) group.sayCertain(index);
  await within(BACK_WITHIN, () => group.isAllReceived());
  return (await group.leave(0, BACK_WITHIN)) ? "" : `${name}: onClose did not run`;
}

async function answersWith(group: TalkGroup, version: string): Promise<boolean> {
  const end = performance.now() + BACK_WITHIN;
  while (performance.now() < end) {
    if ((await Promise.race([group.ask(1, "version"), sleep(1000)])) === version) return true;
    await sleep(100);
  }
  return false;
}
