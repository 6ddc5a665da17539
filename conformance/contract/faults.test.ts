import { afterAll, afterEach, describe } from "vitest";
import { bundleFaultsSuite } from "./bundle-faults.suite";
import { cleanUp, languages, removeFolders } from "./setup";

describe.each(languages)("faults, as a client in %s sees them,", (language) => {
  afterEach(cleanUp);
  bundleFaultsSuite(language);
});
afterAll(removeFolders);
