// Dialect: Ring's built-in functions on the machine, as far as a server has them.
import type { Builtin, Builtins } from "../runtime/builtin.ts";
import { languageError } from "../runtime/language-errors.ts";
import { exactly, asText } from "./common/arguments.ts";

const refused: Builtin = () => {
  throw languageError("R47");
};

/** Functions that need a terminal, another program or the process itself fail as in Ring on a platform that has none. */
export const machine: Builtins = {
  isunix: () => 1,
  islinux: () => 1,
  ismacosx: () => 0,
  isfreebsd: () => 0,
  isandroid: () => 0,
  ismsdos: () => 0,
  iswindows: () => 0,
  iswindows64: () => 0,
  getarch: () => "x64",
  windowsnl: () => "\r\n",
  version: () => "1.26",
  nothing: () => 0,
  callgc: () => "",
  callgarbagecollector: () => "",
  checkoverflow: exactly(1, () => ""),
  sysget: exactly(1, (run, [name]) => run.environment(asText(name))),
  input: refused,
  getchar: refused,
  getstring: refused,
  getnumber: refused,
  ring_give: refused,
  ringvm_give: refused,
  system: refused,
  shutdown: refused,
  chdir: refused,
  sysset: refused,
  sysunset: refused,
  tempfile: refused,
  tempname: refused,
};
