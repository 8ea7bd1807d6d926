// Load: the first file of a probe thread.
import { runProbe } from "../load/probe/probe-main.ts";

await runProbe();
