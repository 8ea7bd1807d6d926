// The first file of a script process.
import { dialects } from "../dialects/index.ts";
import { runProcess } from "../host/kinds/process/process-main.ts";

runProcess(dialects);
