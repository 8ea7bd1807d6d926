import { describe } from "vitest";
import { PROCESS, THREAD } from "../../suites/places.ts";
import { replicaSuite } from "../../suites/replica.suite.ts";

describe.each([THREAD, PROCESS])("$name", (place) => replicaSuite(place, 12));
