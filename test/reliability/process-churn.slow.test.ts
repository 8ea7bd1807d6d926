import { churnSuite } from "./churn.suite.ts";

churnSuite("process");
