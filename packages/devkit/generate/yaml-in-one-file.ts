import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";

const folder = dirname(createRequire(import.meta.url).resolve("yaml/package.json"));

/** The licences of what is in the client's file for Node ask to be named in every copy. */
export const includedNotice =
  "/*! includes yaml - ISC License, Copyright Eemeli Aro <eemeli@gmail.com>; eventemitter3 - MIT License (c) 2014 Arnout Kazemier */";

/**
 * For builds that run in Node, with `yaml` as `noExternal`: the parser is 70 CommonJS files there, each looked for on disk, which
 * takes six times as long as its modules in one file.
 */
export const yamlInOneFile: Plugin = {
  name: "yaml-in-one-file",
  setup({ onResolve }) {
    onResolve({ filter: /^yaml$/ }, () => ({ path: join(folder, "browser/dist/index.js"), sideEffects: false }));
  },
};
