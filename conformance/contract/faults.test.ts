import { afterAll, afterEach, describe } from "vitest";
import { bundleFaultsSuite } from "./bundle-faults.suite";
import { diskFaultsSuite } from "./disk-faults.suite";
import { cleanUp, isFull, languages, removeFolders } from "./setup";
import { traceFaultsSuite } from "./trace-faults.suite";

/** Everything takes minutes, and a slow machine's are longer. */
const timeout = isFull ? 1_200_000 : 60_000;

describe.each(languages)("faults, as a client in %s sees them,", { timeout }, (language) => {
  afterEach(cleanUp);
  bundleFaultsSuite(language);
  traceFaultsSuite(language);
  diskFaultsSuite(language);
});
afterAll(removeFolders);
