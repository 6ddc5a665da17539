import { ensureBuild, ensureNodePackages, ensurePython } from "../lib/setup.mjs";

await ensureNodePackages();
await ensureBuild({ declarations: true });
await ensurePython();
