import { join } from "node:path";
import type { Plugin } from "esbuild";

/**
 * For builds of the SDK that begin with a small entry of the core; what is not in that one the client loads when a policy needs
 * it.
 */
export const coreInParts = (first: "rules" | "explained"): Plugin => ({
  name: "core-in-parts",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /\/own-core$/ }, ({ resolveDir, path }) => ({ path: join(resolveDir, `${path}.in-parts.ts`) }));
    onResolve({ filter: /^@holdpoint\/core$/ }, ({ resolveDir, kind, importer }) =>
      resolve(`@holdpoint/core/${first}`, { resolveDir, kind, importer }),
    );
  },
});
