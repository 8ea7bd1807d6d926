import { styleText } from "node:util";

/** The looks that the command line uses. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Where a command prints, and what the place can show. */
export interface Terminal {
  /** Results: what was asked for. */
  readonly out: (line: string) => void;
  /** Everything else: faults, progress, the log. */
  readonly err: (line: string) => void;
  readonly style: (style: Style, text: string) => string;
  /** A person is looking, so the log is written for people. */
  readonly interactive: boolean;
  /** The width to keep to, or null where lines may be as long as they like. */
  readonly columns: number | null;
}

/** The terminal of this process. Colours follow NO_COLOR, FORCE_COLOR and TERM, as Node reads them. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on("error", ignoreBrokenPipe);
  const interactive = stdout.isTTY && stderr.isTTY;
  const colors = interactive && stdout.hasColors();
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    style: (style, text) => (colors ? styleText(style, text) : text),
    interactive,
    columns: stdout.isTTY ? stdout.columns || 80 : null,
  };
}

/** `parlor routes | head -1` closes the pipe early; the reader has what it wanted. */
function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
