import { type CompileContext, type CompileProblem, compile, type Plan, type WrittenPolicy } from "@holdpoint/core";
import { loadPolicyFile } from "@holdpoint/sdk";

export type LoadedPlan =
  | {
      readonly ok: true;
      readonly plan: Plan;
      readonly written: readonly WrittenPolicy[];
      locate(problem: CompileProblem): CompileProblem;
    }
  | { readonly ok: false; readonly problems: readonly CompileProblem[] };

/** A policy file compiled with what stands around it, or all that is wrong with it by file, line and column. */
export async function loadPlan(file: string, context: CompileContext = {}): Promise<LoadedPlan> {
  const loaded = await loadPolicyFile(file);
  const { written, locate } = loaded;
  if (!written || !locate) return { ok: false, problems: loaded.ok ? [] : loaded.problems };
  // Compiled with what stands around it even where it does not compile alone: all problems are told at once.
  const compiled = compile(
    written.map(({ policy }) => policy),
    { ...context, pointers: written.map(({ pointer }) => pointer) },
  );
  if (!compiled.ok) return { ok: false, problems: compiled.problems.map(locate) };
  return { ok: true, plan: compiled.plan, written, locate };
}
