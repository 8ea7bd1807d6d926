// CLI: `parlor check`, the problems and likely mistakes of an app.
import { checkApp, contractLines } from "../../server/app/check-app.ts";
import { refuseNoFolder } from "../common/app-folder.ts";
import { refuseEmpty } from "../common/empty-folder.ts";
import { hideCluster } from "../fronts/server-arguments.ts";
import { plural } from "../../boundary/text/plural.ts";
import { printProblems } from "../print/print-problems.ts";
import type { Terminal } from "../print/terminal.ts";

/** Prints the problems and warnings of an app. Returns 1 if there is a problem. */
export async function check(dir: string, options: { json: boolean }, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  const cluster = process.env["PARLOR_CLUSTER"] ?? null;
  hideCluster();
  const { routes, problems, warnings, contracts } = await checkApp(dir, cluster);
  await refuseEmpty(dir, problems);
  const ok = problems.length === 0;
  if (options.json) {
    terminal.out(JSON.stringify({ ok, problems, warnings, contracts }, null, 2));
    return ok ? 0 : 1;
  }
  printProblems(terminal.out, terminal, { dir, problems, label: "error" });
  printProblems(terminal.out, terminal, { dir, problems: warnings, label: "warn" });
  for (const contract of contracts) terminal.out(contractLines(contract).join("\n"));
  const found = `${plural(problems.length, "problem")}, ${plural(warnings.length, "warning")}`;
  terminal.out(`${terminal.style(ok ? "green" : "red", found)} in ${plural(routes.length, "route")}`);
  return ok ? 0 : 1;
}
