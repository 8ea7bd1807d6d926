import { describe } from "vitest";
import { interopSuite } from "./interop.suite.ts";

describe("public clients and scripts in the same thread", () => {
  interopSuite("inline");
});
