import { churnSuite } from "./churn.suite.ts";

churnSuite("thread");
