import { afterAll, afterEach, describe } from "vitest";
import { bundleFaultsSuite } from "./bundle-faults.suite";
import { diskFaultsSuite } from "./disk-faults.suite";
import { cleanUp, isFull, isWanted, type Language, removeFolders } from "./setup";
import { traceFaultsSuite } from "./trace-faults.suite";

/** Everything takes minutes, and those of a busy machine are longer. */
const timeout = isFull ? 1_800_000 : 240_000;

/** The suite for one language; each has a test file of its own, so that they run side by side. */
export function faultsSuite(language: Language): void {
  describe.runIf(isWanted(language))(`faults, as a client in ${language} sees them,`, { timeout }, () => {
    afterEach(cleanUp);
    bundleFaultsSuite(language);
    traceFaultsSuite(language);
    diskFaultsSuite(language);
  });
  afterAll(removeFolders);
}
