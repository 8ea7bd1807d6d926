import { identitiesSuite } from "../suites/identities.suite.ts";

identitiesSuite("threads that routes share", "thread", { sharedThreads: 1 });
