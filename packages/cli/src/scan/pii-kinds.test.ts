import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { piiCategories } from "./pii-kinds";

it("states the kinds of every category of the catalogue, and of no other", () => {
  const folder = fileURLToPath(new URL("../../../../spec/catalog/detectors/pii/", import.meta.url));
  const listed = readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .flatMap((file) => (parse(readFileSync(folder + file, "utf8")) as Catalogue).categories ?? [])
    .map(({ category }) => category);
  expect([...piiCategories].sort()).toEqual([...new Set(listed)].sort());
});

interface Catalogue {
  readonly categories?: readonly { readonly category: string }[];
}
