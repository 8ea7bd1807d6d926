// CLI: where a command prints, and in which styles.
import { styleText } from "node:util";
import { standardWriter } from "../../descriptor-writer.ts";

/** Where a command prints, and what the terminal supports. */
export interface Terminal {
  /** Results: what the command was asked for. */
  readonly out: (line: string) => void;
  /** Everything else: errors, progress, the log. */
  readonly err: (line: string) => void;
  readonly style: (style: Style, text: string) => string;
  /** Whether a person reads the output. */
  readonly interactive: boolean;
  /** Whether a person reads the standard error stream, so that the log is text and not JSON. */
  readonly hasErrTerminal: boolean;
  /** The width of a line in characters, or null for no limit. */
  readonly columns: number | null;
}

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** The terminal of this process. Colours follow NO_COLOR, FORCE_COLOR and TERM, as Node reads them. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on("error", ignore);
  const [out, err] = [standardWriter(1, Infinity), standardWriter(2)];
  const interactive = stdout.isTTY && stderr.isTTY;
  const colors = interactive && stdout.hasColors();
  return {
    out: (line) => out.write(`${line}\n`),
    err: (line) => err.write(`${line}\n`),
    style: (style, text) => (colors ? styleText(style, text) : text),
    interactive,
    hasErrTerminal: stderr.isTTY,
    // The window may be resized while a command runs.
    get columns() {
      return stdout.isTTY ? stdout.columns || 80 : null;
    },
  };
}

// Packages print to these streams. A pipe that is closed early, or a full disk, must not end the process.
function ignore(): void {}
