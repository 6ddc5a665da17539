import type { CompileProblem, Policy, WrittenPolicy } from "@holdpoint/core";
import { createOwnPlatform } from "../platform/own-platform";
import { readPolicyFile } from "../policies/policy-file";
import { createPolicyBook } from "./policy-book";

interface WrittenPolicies {
  /** As they stand in the file, with the place of each. */
  readonly written: readonly WrittenPolicy[];
  /** The same problem with file, line and column. */
  readonly locate: (problem: CompileProblem) => CompileProblem;
}

/** What a policy file holds, or what is wrong with it. */
export type LoadedPolicies =
  /** Normalised, defaults filled in, in the order of evaluation. */
  | ({ readonly ok: true; readonly policies: readonly Policy[]; readonly planDigest: string } & WrittenPolicies)
  /** With what is written, where the file could be read and its policies do not compile. */
  | ({ readonly ok: false; readonly problems: readonly CompileProblem[] } & Partial<WrittenPolicies>);

/** A YAML or JSON policy file, read and compiled, or every problem with file, line and column (from 1). Never rejects. */
export async function loadPolicyFile(path: string): Promise<LoadedPolicies> {
  const { files } = createOwnPlatform();
  if (!files) return { ok: false, problems: [{ pointer: "", message: "this platform has no files", file: path }] };
  const read = await readPolicyFile(files, path);
  if (read.kind === "bad") return { ok: false, problems: read.problems };
  if (read.kind === "unchanged") return { ok: false, problems: [] };
  const compiled = createPolicyBook([], undefined).change({ local: read.source });
  const { policies: written, locate } = read.source;
  if (!compiled.ok) return { ...compiled, written, locate };
  return { ok: true, policies: compiled.plan.policies, planDigest: compiled.plan.digest, written, locate };
}
