// Dialect: what compiled code keeps of the names that all files of a program share.
import type { RingCode, RingValue } from "../runtime/values.ts";

/** A global variable; undefined until it is set. */
export interface Global {
  value: RingValue | undefined;
}

/** What a name of a function stands for. */
export interface Callee {
  code: RingCode;
}
