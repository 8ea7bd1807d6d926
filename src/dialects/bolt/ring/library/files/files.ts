// Dialect: Ring's built-in functions on whole files and folders of the program.
import type { Builtins, RingFiles, RingRun } from "../../runtime/builtin.ts";
import { languageError } from "../../runtime/language-errors.ts";
import { RingError } from "../../runtime/ring-error.ts";
import { RingList } from "../../runtime/values.ts";
import { exactly, asText, truth } from "../common/arguments.ts";

export const files: Builtins = {
  read: exactly(1, (run, [path]) => read(filesOf(run), asText(path))),
  write: exactly(2, (run, [path, text]) => write(filesOf(run), asText(path), asText(text))),
  fexists: exactly(1, (run, [path]) => truth(filesOf(run).kindOf(asText(path)) === "file")),
  direxists: exactly(1, (run, [path]) => truth(filesOf(run).kindOf(asText(path)) === "folder")),
  getpathtype: exactly(1, (run, [path]) => pathTypes[filesOf(run).kindOf(asText(path)) ?? "none"]),
  getfilesize: exactly(1, (run, [path]) => filesOf(run).read(asText(path))?.length ?? -1),
  remove: exactly(1, (run, [path]) => removed(filesOf(run).remove(asText(path)))),
  rename: exactly(2, (run, [from, to]) => (filesOf(run).rename(asText(from), asText(to)) ? 0 : -1)),
  dir: exactly(1, (run, [path]) => list(filesOf(run), asText(path))),
};

const pathTypes = { none: 0, file: 1, folder: 2 };

export function filesOf({ files: found }: RingRun): RingFiles {
  if (found === null) throw languageError("R47");
  return found;
}

export function noFile(): RingError {
  return languageError("R35");
}

function read(from: RingFiles, path: string): string {
  const text = from.read(path);
  if (text === null) throw noFile();
  return text;
}

function write(to: RingFiles, path: string, text: string): string {
  if (!to.write(path, text)) throw noFile();
  return "";
}

// A missing file is not an error.
function removed(_: boolean): string {
  return "";
}

function list(from: RingFiles, path: string): RingList {
  const entries = from.list(path);
  if (entries === null) throw new RingError("Error, Couldn't open the directory");
  return new RingList(entries.map(({ name, isFolder }) => new RingList([name, truth(isFolder)])));
}
