// Host: the code of all script threads; it passes the dialects to the host.
import { dialects } from "../dialects/index.ts";
import { runThread } from "../host/kinds/thread/thread-main.ts";

runThread(dialects);
