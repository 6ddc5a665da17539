import { join } from "node:path";
import type { Plugin } from "esbuild";

/** For builds without Node: swaps the file of the SDK that knows which runtime it is. The core comes in parts there. */
export const webPlatform: Plugin = {
  name: "web-platform",
  setup({ onResolve }) {
    onResolve({ filter: /\/own-platform$/ }, ({ resolveDir, path }) => ({ path: join(resolveDir, `${path}.web.ts`) }));
  },
};
