import { describe } from "vitest";
import { databaseKinds } from "../store/test-databases";
import { auditSuite } from "./audit.suite";

describe.each(databaseKinds)("the audit log on $name", (kind) => auditSuite(kind));
