import type { Terminal } from "../../../src/cli/print/terminal.ts";

/** A terminal that records what is printed. */
export interface RecordingTerminal extends Terminal {
  readonly outLines: string[];
  readonly errLines: string[];
}

/** Colours are recorded as `<red>text</red>`. */
export function recordingTerminal({
  colors = false,
  columns = null as number | null,
} = {}): RecordingTerminal {
  const outLines: string[] = [];
  const errLines: string[] = [];
  return {
    outLines,
    errLines,
    out: (line) => void outLines.push(...line.split("\n")),
    err: (line) => void errLines.push(...line.split("\n")),
    style: (style, text) => (colors ? `<${style}>${text}</${style}>` : text),
    interactive: colors,
    hasErrTerminal: colors,
    columns,
  };
}
