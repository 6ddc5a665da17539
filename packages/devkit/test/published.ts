import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The libraries that are published, by the folder that they are in. */
export const libraries = {
  "@holdpoint/core": "packages/core",
  "@holdpoint/sdk": "packages/sdk",
  "@holdpoint/control-plane": "packages/control-plane",
  "@holdpoint/ai-sdk": "packages/adapters/ai-sdk",
  "@holdpoint/anthropic": "packages/adapters/anthropic",
  "@holdpoint/fetch-guard": "packages/adapters/fetch-guard",
  "@holdpoint/openai": "packages/adapters/openai",
  "@holdpoint/langchain": "packages/adapters/langchain",
  "@holdpoint/mcp": "packages/adapters/mcp",
  "@holdpoint/openai-agents": "packages/adapters/openai-agents",
} as const;
export type LibraryName = keyof typeof libraries;
export const libraryNames = Object.keys(libraries) as LibraryName[];

/** What a build leaves behind; the command line has no declarations and no CommonJS. */
export const builtFiles: readonly string[] = [
  ...Object.values(libraries).flatMap((folder) =>
    ["index.js", "index.cjs", "index.d.ts", "index.d.cts"].map((file) => join(root, folder, "dist", file)),
  ),
  ...[
    "rules.js",
    "rules.cjs",
    "rules.d.ts",
    "rules.d.cts",
    "explained.js",
    "explained.d.ts",
    "text.js",
    "text.d.ts",
  ].map((file) => join(root, "packages", "core", "dist", file)),
  join(root, "packages", "sdk", "dist", "web.js"),
  join(root, "packages", "cli", "dist", "main.js"),
];

/**
 * A folder outside the repository with every package in `node_modules` as a registry would deliver it: package.json, the
 * licence and what its `files` name, nothing of the sources. Packages of others are linked. The caller removes it.
 */
export function installPublished(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "holdpoint-consumer-")));
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@holdpoint"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name === "holdpoint" || name === "@holdpoint" || name.startsWith(".")) continue;
    symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
  }
  for (const [name, source] of [...Object.entries(libraries), ["holdpoint", "packages/cli"] as const]) {
    const target = join(modules, name);
    const { files } = JSON.parse(readFileSync(join(root, source, "package.json"), "utf8")) as { files: string[] };
    for (const entry of ["package.json", "LICENSE", ...files]) {
      mkdirSync(dirname(join(target, entry)), { recursive: true });
      cpSync(join(root, source, entry), join(target, entry), { recursive: true });
    }
  }
  return folder;
}
