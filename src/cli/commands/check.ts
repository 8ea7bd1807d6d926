// CLI: `parlor check`, the problems and likely mistakes of an app.
import { messageOf } from "../../boundary/checks.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { checkApp, contractLines } from "../../server/app/check-app.ts";
import { refuseNoFolder } from "../common/app-folder.ts";
import { refuseEmpty } from "../common/empty-folder.ts";
import { hideCluster } from "../fronts/server-arguments.ts";
import { plural } from "../../boundary/text/plural.ts";
import { printProblems } from "../print/print-problems.ts";
import type { Terminal } from "../print/terminal.ts";

/** Prints the problems and warnings of an app. Returns 1 if there is a problem. */
export async function check(dir: string, options: { json: boolean }, terminal: Terminal): Promise<number> {
  if (options.json) return checkAsJson(dir, terminal);
  const { routes, problems, warnings, contracts } = await checked(dir);
  const ok = problems.length === 0;
  printProblems(terminal.out, terminal, { dir, problems, label: "error" });
  printProblems(terminal.out, terminal, { dir, problems: warnings, label: "warn" });
  for (const contract of contracts) terminal.out(contractLines(contract).join("\n"));
  const found = `${plural(problems.length, "problem")}, ${plural(warnings.length, "warning")}`;
  terminal.out(`${terminal.style(ok ? "green" : "red", found)} in ${plural(routes.length, "route")}`);
  return ok ? 0 : 1;
}

async function checkAsJson(dir: string, terminal: Terminal): Promise<number> {
  const { problems, warnings, contracts } = await checked(dir).catch(asProblem);
  const ok = problems.length === 0;
  terminal.out(JSON.stringify({ ok, problems, warnings, contracts }, null, 2));
  return ok ? 0 : 1;
}

async function checked(dir: string): Promise<CheckedApp> {
  await refuseNoFolder(dir);
  const cluster = process.env["PARLOR_CLUSTER"] ?? null;
  hideCluster();
  const app = await checkApp(dir, cluster);
  await refuseEmpty(dir, app.problems);
  return app;
}

/** There is no app, so the problem is its folder. */
function asProblem(error: unknown): Pick<CheckedApp, "warnings" | "contracts"> & { problems: object[] } {
  const code = error instanceof ParlorError ? error.code : null;
  const problem = { file: ".", line: null, column: null, message: messageOf(error), code };
  return { problems: [problem], warnings: [], contracts: [] };
}

type CheckedApp = Awaited<ReturnType<typeof checkApp>>;
