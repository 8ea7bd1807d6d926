// Host: the first file of a script thread; small, because each thread compiles it. It runs the code of all threads.
import { takeThreadCode } from "../host/kinds/thread/take-thread-code.ts";

takeThreadCode()();
