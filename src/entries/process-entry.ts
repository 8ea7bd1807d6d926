// Host: the first file of a script process; it passes the dialects to the host.
import { dialects } from "../dialects/index.ts";
import { runProcess } from "../host/kinds/process/process-main.ts";

runProcess(dialects);
