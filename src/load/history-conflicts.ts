// Load: scripts that say different things about the history of the same rooms.
import { includes, type HistoryRule, type HistoryRules } from "../boundary/rooms/history-rules.ts";
import type { ResolvedConfig } from "../config.ts";
import { problem, type AppProblem } from "./files/app-problem.ts";
import type { LoadedScript } from "./load-app.ts";

/** One problem for each pair of declarations. Rooms that the config names are decided by it. */
export function historyConflicts(
  scripts: readonly LoadedScript[],
  { history }: Pick<ResolvedConfig, "history">,
): AppProblem[] {
  const all = scripts.flatMap(declarationsOf);
  return all.flatMap((one, at) =>
    all.slice(0, at).flatMap((other) => {
      const room = commonRooms(one, other);
      if (room === null || isSame(one.rule, other.rule) || isDecided(room, history)) return [];
      return [conflict(room, one, other)];
    }),
  );
}

interface Declaration {
  readonly file: string;
  readonly pattern: string;
  readonly rule: HistoryRule;
}

function declarationsOf({ spec: { info } }: LoadedScript): Declaration[] {
  return Object.entries(info.history ?? {}).map(([pattern, rule]) => ({ file: info.name, pattern, rule }));
}

// Within a script the longest pattern holds, so that its own do not contradict each other.
function commonRooms(one: Declaration, other: Declaration): string | null {
  if (one.file === other.file) return null;
  if (includes(other.pattern, one.pattern)) return one.pattern;
  return includes(one.pattern, other.pattern) ? other.pattern : null;
}

function isDecided(room: string, config: HistoryRules): boolean {
  return Object.keys(config).some((pattern) => includes(pattern, room));
}

function isSame(one: HistoryRule, other: HistoryRule): boolean {
  return one.size === other.size && one.seconds === other.seconds;
}

function conflict(room: string, { file, rule }: Declaration, other: Declaration): AppProblem {
  const { size: otherSize, seconds: otherSeconds } = other.rule;
  return problem("PARLOR_HISTORY_CONFLICT", {
    ...{ file, room: JSON.stringify(room), other: other.file },
    ...{ size: rule.size, seconds: rule.seconds, otherSize, otherSeconds },
  });
}
