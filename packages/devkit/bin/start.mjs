import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../lib/run.mjs";
import { ensureAll, ensureNodePackages } from "../lib/setup.mjs";

const args = process.argv.slice(2);
// Programs outside packages/ use what is built, by its published name; the root's paths lead to the sources.
process.env.TSX_TSCONFIG_PATH = join(root, "packages", "devkit", "tsconfig.run.json");
await (args.includes("--help") ? ensureNodePackages() : ensureAll());

const program = join(root, "examples", "reference-deployment", "main.ts");
const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
  cwd: process.env.INIT_CWD ?? root,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (status, signal) => process.exit(signal ? 130 : status));
