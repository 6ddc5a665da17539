import { spawn } from "node:child_process";
import { root } from "../lib/run.mjs";
import { ensureAll } from "../lib/setup.mjs";

await ensureAll();
const child = spawn(
  process.execPath,
  ["--expose-gc", "packages/devkit/bin/run-ts.mjs", "bench/tools/main.ts", ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
  },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (status) => process.exit(status ?? 1));
