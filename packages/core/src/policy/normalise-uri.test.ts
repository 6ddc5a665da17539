import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseUri } from "./normalise-uri";

const pieces = fc.constantFrom(
  "a",
  "B",
  "/",
  "//",
  "..",
  ".",
  "%2e",
  "%41",
  "%2F",
  "%20",
  "\\",
  ":",
  "@",
  "?",
  "#",
  "s3:",
  "é",
  " ",
);
const uris = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));

describe("a URI by one name", () => {
  it("is its own name", () => {
    fc.assert(
      fc.property(uris, (uri) => {
        const once = normaliseUri(uri);
        fc.pre(once !== undefined);
        expect(normaliseUri(once as string)).toBe(once);
      }),
    );
  });

  it("has no dot segments, backslashes, fragments or spelt-out letters left", () => {
    fc.assert(
      fc.property(uris, (uri) => {
        const path =
          normaliseUri(uri)
            ?.replace(/\?.*$/s, "")
            .replace(/^[a-z][a-z0-9+.-]*:/i, "") ?? "";
        expect(path).not.toMatch(/\\|#|%2e|%41|%2f/i);
        if (path.includes("/"))
          expect(path.split("/").filter((segment) => segment === ".." || segment === ".")).toEqual([]);
      }),
    );
  });
});
