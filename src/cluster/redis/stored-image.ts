// Cluster: a part as Redis has it: its entries are checked before another node takes them.
import { parsedJson } from "../../boundary/text/parsed-json.ts";
import { unpackRecord, type PackedRecord } from "../backplane/part-record.ts";
import type { PartImage } from "../backplane/part-store.ts";
import { isPackedRecord } from "../backplane/part-checks.ts";
import { PART_MARK } from "./scripts.ts";

/** Null for a part that Redis has lost: the mark is in each, so that an empty one differs from that. */
export function storedImage(epoch: string, sequence: number, values: readonly string[]): PartImage | null {
  const texts = values.filter((value) => value !== PART_MARK);
  if (texts.length === values.length) return null;
  const packed = recordsIn(texts);
  return { epoch, sequence, records: packed.map(unpackRecord), refused: texts.length - packed.length };
}

// One text is parsed much faster.
function recordsIn(texts: readonly string[]): PackedRecord[] {
  const together = parsedJson(`[${texts.join(",")}]`);
  const isWhole = Array.isArray(together) && together.length === texts.length;
  return isWhole && together.every(isPackedRecord) ? together : texts.map(parsedJson).filter(isPackedRecord);
}
