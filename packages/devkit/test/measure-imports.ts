import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { build as buildWithVite } from "vite";

/** Bytes as gzip sends them, of one minified file. */
const gzipped = (code: string | Uint8Array): number => gzipSync(code, { level: 9 }).length;

/** What esbuild makes of a consumer's module. */
export async function measureWithEsbuild(folder: string, module: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: module, resolveDir: folder, loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  return gzipped(outputFiles[0]?.contents ?? "");
}

/** The same with Vite, which is Rollup. */
export async function measureWithRollup(folder: string, module: string): Promise<number> {
  const input = join(folder, "bundled.mjs");
  writeFileSync(input, module);
  const built = await buildWithVite({
    configFile: false,
    logLevel: "silent",
    root: folder,
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rollupOptions: { input, preserveEntrySignatures: "strict" },
    },
  });
  const [first] = "output" in built ? built.output : [];
  if (!first) throw new Error("nothing was built");
  return gzipped(first.code);
}
