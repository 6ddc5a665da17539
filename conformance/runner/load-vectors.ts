import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { UsageError } from "./usage-error";
import type { VectorCase, VectorFile } from "./vector";

/** Folders of vectors that other suites read, with shapes of their own. */
const foreign = new Set(["normalise", "expr", "validators", "tokens", "receipts", "streams", "texts"]);

/** All vector files below a folder, each checked against the schema; ids are unique across files. */
export function loadVectors(folder: string, schemaFile: string): readonly VectorCase[] {
  const validate = new Ajv2020({ allErrors: true }).compile(readJson(schemaFile) as object);
  const seen = new Map<string, string>();
  const cases: VectorCase[] = [];
  for (const path of listJson(folder)) {
    const name = relative(folder, path);
    const file = readJson(path) as VectorFile;
    if (!validate(file)) {
      const first = validate.errors?.[0];
      throw new UsageError(`\`${name}\` does not fit the schema at \`${first?.instancePath}\`: ${first?.message}`);
    }
    for (const item of file.cases) {
      const other = seen.get(item.id);
      if (other !== undefined) throw new UsageError(`id \`${item.id}\` stands in \`${other}\` and in \`${name}\``);
      if (!item.id.startsWith(`${file.group}/`))
        throw new UsageError(`id \`${item.id}\` is not of group \`${file.group}\``);
      seen.set(item.id, name);
      cases.push(item);
    }
  }
  return cases;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`\`${path}\` cannot be read: ${(error as Error).message}`);
  }
}

function listJson(folder: string): string[] {
  if (!existsSync(folder)) throw new UsageError(`there is no folder \`${folder}\``);
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return foreign.has(entry.name) ? [] : listJson(path);
      return entry.name.endsWith(".json") ? [path] : [];
    });
}
