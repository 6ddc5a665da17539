import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { validate } from "../../../packages/core/src/detect/validators/index";

const folder = fileURLToPath(new URL("../../../spec/catalog/detectors/pii", import.meta.url));

interface CatalogueFile {
  readonly format_checks?: readonly string[];
  readonly categories?: readonly {
    readonly category: string;
    readonly patterns: readonly { readonly pattern: string; readonly flags?: string; readonly validator?: string }[];
  }[];
}

/** Whether a value has the form of a pattern of its kind whose validator looks at check digits, and passes it. */
export function createCheckDigits(
  kindsOfCategory: (category: string) => readonly string[],
): (kind: string, value: string) => boolean {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => parse(readFileSync(`${folder}/${name}`, "utf8")) as CatalogueFile);
  const formats = new Set(files.flatMap(({ format_checks = [] }) => format_checks));
  const patterns = files
    .flatMap(({ categories = [] }) => categories)
    .flatMap(({ category, patterns: own }) =>
      own.flatMap(({ pattern, flags = "", validator = "" }) =>
        validator === "" || formats.has(validator)
          ? []
          : [{ kinds: kindsOfCategory(category), form: new RegExp(`^(?:${pattern})$`, `${flags}u`), validator }],
      ),
    );
  return (kind, value) =>
    patterns.some(
      ({ kinds, form, validator }) => kinds.includes(kind) && form.test(value) && validate(validator, value),
    );
}
