import { describe } from "vitest";
import { storeSuite } from "./store.suite";
import { databaseKinds } from "./test-databases";

describe.each(databaseKinds)("the store on $name", (kind) => storeSuite(kind));
