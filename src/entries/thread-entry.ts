// Host: the first file of a script thread; it passes the dialects to the host.
import { dialects } from "../dialects/index.ts";
import { runThread } from "../host/kinds/thread/thread-main.ts";

runThread(dialects);
