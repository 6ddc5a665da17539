import { ensureAll } from "../lib/setup.mjs";

await ensureAll({ declarations: true });
