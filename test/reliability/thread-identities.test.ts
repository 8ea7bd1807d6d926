import { identitiesSuite } from "../suites/identities.suite.ts";

identitiesSuite("a thread", "thread");
