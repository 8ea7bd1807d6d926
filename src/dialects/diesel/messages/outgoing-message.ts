// Dialect: the text of a message that a script emits, checked against its contract.
import { isPromiseLike, isRecord, stringFor } from "../../../boundary/checks.ts";
import { issuesText } from "../../../boundary/contract/standard-schema.ts";
import { describe } from "../../../boundary/text/describe.ts";
import { nearest } from "../../../boundary/text/nearest.ts";
import { contractOf, schemaOf, type ContractExport } from "./contract-exports.ts";
import { messageText } from "./message-text.ts";

/**
 * The text of a message, checked once however many receive it. `messages`: the script's contract, if it has one. A schema
 * that validates asynchronously is not waited for.
 *
 * @throws TypeError if the contract has no such message, or the data is not as it says.
 */
export function outgoingMessage(call: string, messages: unknown, name: unknown, data: unknown): string {
  const type = stringFor(call, "name", name);
  if (data !== undefined && (!isRecord(data) || Array.isArray(data)))
    throw new TypeError(`${call}(${JSON.stringify(type)}) takes an object as data, got ${describe(data)}`);
  if (data !== undefined && Object.hasOwn(data, "type"))
    throw new TypeError(
      `${call}(${JSON.stringify(type)}) has data with "type", which is the name's own place`,
    );
  const contract = contractOf(messages);
  if (contract?.["out"] !== undefined) refuseWrong(call, contract, type, data ?? {});
  return messageText(type, data);
}

function refuseWrong(call: string, contract: ContractExport, name: string, data: object): void {
  const schema = schemaOf(contract, "out", name);
  if (schema === null) throw new TypeError(unknownMessage(call, contract["out"], name));
  const checked = schema["~standard"].validate(data);
  if (isPromiseLike(checked) || checked.issues === undefined) return;
  throw new TypeError(`${call}(${JSON.stringify(name)}): ${issuesText(checked.issues)}`);
}

function unknownMessage(call: string, out: unknown, name: string): string {
  const known = isRecord(out) ? Object.keys(out) : [];
  const meant = nearest(name, known);
  const better = meant === null ? `there are: ${known.join(", ")}` : `did you mean "${meant}"?`;
  return `${call} knows no message ${JSON.stringify(name.slice(0, 40))} in messages.out; ${better}`;
}
