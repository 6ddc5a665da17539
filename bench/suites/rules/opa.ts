import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Ask, ToolRule } from "./peers";

// Its own declarations name a version of WebAssembly's types that this project does not load.
const { loadPolicySync } = createRequire(import.meta.url)("@open-policy-agent/opa-wasm") as {
  loadPolicySync(wasm: Uint8Array): { evaluate(input: unknown): readonly { readonly result: unknown }[] };
};

/** A table looked up by the tool's name: the form that OPA answers fastest, since its WASM has no index of rules. */
function writeRego(rules: readonly ToolRule[]): string {
  const limits = Object.fromEntries(rules.map(({ tool, most }) => [tool, most]));
  return [
    "package holdpoint",
    "default allow := true",
    `limits := ${JSON.stringify(limits)}`,
    "allow := false if input.limit > limits[input.tool]",
  ].join("\n");
}

/**
 * OPA as WASM, compiled by the `opa` program that `HOLDPOINT_OPA` names. No package carries its compiler: it is built by
 * `go install` (see the README of the bench). Returns `undefined` where the variable is not set.
 */
export function createOpa(rules: readonly ToolRule[]): Ask | undefined {
  const program = process.env.HOLDPOINT_OPA;
  if (!program) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "holdpoint-opa-"));
  try {
    const source = join(folder, "rules.rego");
    const bundle = join(folder, "bundle.tar.gz");
    writeFileSync(source, writeRego(rules));
    const built = spawnSync(program, ["build", "-t", "wasm", "-e", "holdpoint/allow", "-o", bundle, source], {
      encoding: "utf8",
    });
    if (built.status !== 0) throw new Error(`\`${program} build\` failed: ${built.error?.message ?? built.stderr}`);
    const policy = loadPolicySync(readTarEntry(gunzipSync(readFileSync(bundle)), "/policy.wasm"));
    return (step) => policy.evaluate(step)[0]?.result === true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One file of a tar archive: blocks of 512 bytes, the name at 0, the size in octal at 124 (POSIX.1-2001, ustar). */
function readTarEntry(archive: Buffer, name: string): Uint8Array {
  for (let at = 0; at + 512 <= archive.length; ) {
    const entry = archive.toString("latin1", at, at + 100).replace(/\0.*$/, "");
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 136), 8) || 0;
    if (entry === name) return archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`the bundle that \`opa build\` wrote holds no \`${name}\``);
}
