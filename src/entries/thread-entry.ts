// The first file of a script thread.
import { dialects } from "../dialects/index.ts";
import { runThread } from "../host/kinds/thread/thread-main.ts";

runThread(dialects);
