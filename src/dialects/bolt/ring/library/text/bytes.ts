// Dialect: Ring's built-in functions that turn numbers into their bytes in memory, and back.
import type { Builtin, Builtins } from "../../runtime/builtin.ts";
import { bad, exactly, asNumber, asText } from "../common/arguments.ts";

/** Little-endian, as on the machines that Ring mostly runs on. */
export const bytes: Builtins = {
  int2bytes: exactly(1, (_, [value]) => written(4, (view) => view.setInt32(0, intOf(asNumber(value)), true))),
  float2bytes: exactly(1, (_, [value]) => written(4, (view) => view.setFloat32(0, asNumber(value), true))),
  double2bytes: exactly(1, (_, [value]) => written(8, (view) => view.setFloat64(0, asNumber(value), true))),
  bytes2int: reader(4, (view) => view.getInt32(0, true)),
  bytes2float: reader(4, (view) => view.getFloat32(0, true)),
  bytes2double: reader(8, (view) => view.getFloat64(0, true)),
};

function intOf(value: number): number {
  if (!(value >= -(2 ** 31) && value < 2 ** 31)) throw bad("range");
  return value;
}

function written(size: number, write: (view: DataView) => void): string {
  const view = new DataView(new ArrayBuffer(size));
  write(view);
  return String.fromCharCode(...new Uint8Array(view.buffer));
}

function reader(size: number, read: (view: DataView) => number): Builtin {
  return exactly(1, (_, [value]) => {
    const text = asText(value);
    if (text.length !== size) throw bad("type");
    return read(new DataView(Uint8Array.from(text, (byte) => byte.charCodeAt(0)).buffer));
  });
}
