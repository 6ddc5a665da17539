import { join } from "node:path";
import type { Plugin } from "esbuild";

/** For builds without Node: swaps the files of the SDK that know which runtime it is. The core comes in parts there. */
export const webPlatform: Plugin = {
  name: "web-platform",
  setup({ onResolve }) {
    onResolve({ filter: /\/own-(platform|spool)$/ }, ({ resolveDir, path }) => ({
      path: join(resolveDir, `${path}.web.ts`),
    }));
  },
};
