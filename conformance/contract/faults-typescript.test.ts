import { faultsSuite } from "./faults.suite";

faultsSuite("typescript");
