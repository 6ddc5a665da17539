import { faultsSuite } from "./faults.suite";

faultsSuite("python");
