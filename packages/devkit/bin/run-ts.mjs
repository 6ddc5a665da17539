// run-ts.mjs <entry.ts> [arguments]: bundles a TypeScript program and runs it in this process, packages as published.
// What is timed must be the code that users run: a loader that transforms on the fly wraps every closure in a helper
// that keeps its name, which doubled the time of one decision.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../lib/run.mjs";

const [entry, ...args] = process.argv.slice(2);
if (!entry) {
  console.error("usage: run-ts.mjs <entry.ts> [arguments]");
  process.exit(2);
}
const source = resolve(root, entry);
const name = createHash("sha256").update(`${source} ${process.pid}`).digest("hex").slice(0, 12);
const outfile = `${root}node_modules/.cache/holdpoint/${name}.mjs`;
await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  sourcemap: "inline",
  logLevel: "error",
  plugins: [{ name: "own-url", setup: keepOwnUrls }],
});
process.argv = [process.argv[0], source, ...args];
await import(pathToFileURL(outfile).href);

/** Each file goes on seeing its own place, wherever the bundle is. */
function keepOwnUrls({ onLoad }) {
  onLoad({ filter: /\.ts$/ }, ({ path }) => {
    if (relative(root, path).startsWith("node_modules")) return undefined;
    const text = readFileSync(path, "utf8").replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
    return { contents: text, loader: "ts" };
  });
}
