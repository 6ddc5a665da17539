import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { root } from "../lib/run.mjs";
import { ensureBuild, ensureNodePackages } from "../lib/setup.mjs";

await ensureNodePackages();
await ensureBuild();
// Paths are the caller's; the program runs at the root.
const from = process.env.INIT_CWD ?? process.cwd();
const args = process.argv
  .slice(2)
  .map((arg, index, all) => (/^--(?:data|out)$/.test(all[index - 1] ?? "") ? resolve(from, arg) : arg));
const child = spawn(process.execPath, ["packages/devkit/bin/run-ts.mjs", "bench/quality/main.ts", ...args], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (status) => process.exit(status ?? 1));
