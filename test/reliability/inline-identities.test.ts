import { identitiesSuite } from "../suites/identities.suite.ts";

identitiesSuite("the thread of the server", "inline");
