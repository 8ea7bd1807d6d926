// Dialect: Ring's built-in functions on open files: `fopen` and all that takes its result.
import type { Builtin, Builtins, RingRun } from "../../runtime/builtin.ts";
import { RingError } from "../../runtime/ring-error.ts";
import { RingList } from "../../runtime/values.ts";
import type { RingValue } from "../../runtime/values.ts";
import { bad, exactly, asNumber, asText, truth } from "../common/arguments.ts";
import { filesOf } from "./files.ts";
import { OpenFile } from "./open-file.ts";

/** A value that `fopen` returns is a list that assignments share; only its identity counts. */
export function openFiles(): Builtins {
  const open = new WeakMap<RingList, OpenFile>();
  const of = (value: RingValue | undefined): OpenFile => fileOf(open, value);
  return {
    fopen: exactly(2, (run, [path, mode]) => {
      const file = OpenFile.open(filesOf(run), asText(path), asText(mode));
      const pointer = pointerTo();
      if (file !== null) open.set(pointer, file);
      return pointer;
    }),
    fclose: exactly(1, (_, [pointer]) => {
      const isFlushed = of(pointer).flush();
      open.delete(pointer as RingList);
      return isFlushed ? 0 : -1;
    }),
    ...calls(of),
  };
}

function calls(of: (value: RingValue | undefined) => OpenFile): Builtins {
  return {
    fflush: exactly(1, (_, [file]) => (of(file).flush() ? 0 : -1)),
    feof: exactly(1, (_, [file]) => truth(of(file).isAtEnd)),
    ferror: exactly(1, (_, [file]) => truth(of(file).hasFailed)),
    clearerr: exactly(1, (_, [file]) => nothing(of(file).clear())),
    rewind: exactly(1, (_, [file]) => nothing(of(file).seek(0, 0))),
    ftell: exactly(1, (_, [file]) => of(file).place),
    fseek: exactly(3, (_, [file, offset, from]) => of(file).seek(asNumber(offset), asNumber(from))),
    fgetc: exactly(1, (_, [file]) => of(file).read(1) || -1),
    fgets: exactly(2, (_, [file, size]) => of(file).readLine(sizeOf(size)) || 0),
    fread: exactly(2, (_, [file, size]) => of(file).read(sizeOf(size)) || 0),
    fputc: exactly(2, (_, [file, text]) => truth(of(file).write(asText(text).slice(0, 1)) === 1)),
    fputs: writer((count, length) => truth(count === length)),
    fwrite: writer((count) => count),
  };
  function writer(result: (count: number, length: number) => number): Builtin {
    return exactly(2, (_: RingRun, [file, text]) =>
      result(of(file).write(asText(text)), asText(text).length),
    );
  }
}

function nothing(_: unknown): string {
  return "";
}

function pointerTo(): RingList {
  const pointer = new RingList([0, "file", 0]);
  pointer.isShared = true;
  return pointer;
}

function fileOf(open: WeakMap<RingList, OpenFile>, value: RingValue | undefined): OpenFile {
  if (!(value instanceof RingList)) throw bad("type");
  const file = open.get(value);
  if (file === undefined) throw new RingError("Error in parameter, NULL pointer!");
  return file;
}

function sizeOf(value: RingValue | undefined): number {
  const size = asNumber(value);
  if (!(size >= 1)) throw new RingError("Buffer size must be >= 1");
  return Math.trunc(size);
}
