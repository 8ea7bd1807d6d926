// Host: the first file of the watch thread.
import { runWatch } from "../host/watch/watch-main.ts";

runWatch();
