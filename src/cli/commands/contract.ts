// CLI: `parlor contract` and `parlor types`, the messages of an app for people and for other programs.
import { resolve } from "node:path";
import { checkApp, contractLines } from "../../server/app/check-app.ts";
import { asyncApi, contractTypes, packageInfo } from "../../server/serve.ts";
import { refuseNoFolder } from "../common/app-folder.ts";
import { UsageError } from "../print/failure.ts";
import type { Terminal } from "../print/terminal.ts";
import { problemLine } from "../print/print-problems.ts";

/** Prints the contracts of an app: as lines, as an AsyncAPI document, or as TypeScript. Returns 1 if a script has a problem. */
export async function contract(dir: string, form: ContractForm, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  const { contracts, problems } = await checkApp(dir);
  for (const problem of problems)
    terminal.err(`${terminal.style("red", "error")} ${problemLine(dir, problem)}`);
  if (contracts.length === 0)
    throw new UsageError(`no script of this app exports "messages": ${dir}; see docs/contracts.md`);
  if (form === "types") terminal.out(contractTypes(contracts).trimEnd());
  else if (form === "asyncapi")
    terminal.out(JSON.stringify(asyncApi(await packageInfo(resolve(dir)), contracts), null, 2));
  else for (const one of contracts) terminal.out(contractLines(one).join("\n"));
  return problems.length > 0 ? 1 : 0;
}

export type ContractForm = "lines" | "asyncapi" | "types";
