import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** One generated file: `path` is relative to the repository's root. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

export const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url));
export const specRoot = join(repositoryRoot, "spec");

const mark = "Code generated from spec/. Do not edit.";

export const typescriptFile = (path: string, body: string): GeneratedFile => ({
  path,
  text: `// ${mark}\n\n${body.trim()}\n`,
});

export const pythonFile = (path: string, body: string): GeneratedFile => ({
  path,
  text: `# ${mark}\n${body.trim()}\n`,
});

/** Paths whose checked-in text differs from what the contract says now. */
export function findDifferences(files: readonly GeneratedFile[]): string[] {
  return files.filter((file) => readOrEmpty(join(repositoryRoot, file.path)) !== file.text).map((file) => file.path);
}

export function writeFiles(files: readonly GeneratedFile[]): void {
  for (const file of files) {
    const path = join(repositoryRoot, file.path);
    mkdirSync(dirname(path), { recursive: true });
    if (readOrEmpty(path) !== file.text) writeFileSync(path, file.text);
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
