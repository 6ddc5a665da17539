import { loadPolicyFile } from "@holdpoint/sdk";

/** Compiles a policy file; prints its problems with line and column and ends with status 1 when there are any. */
export async function check(file: string): Promise<void> {
  const loaded = await loadPolicyFile(file);
  if (loaded.ok) {
    console.log(`${file}: ${loaded.policies.length} policies compile`);
    return;
  }
  for (const problem of loaded.problems) {
    const place = problem.line === undefined ? "" : `:${problem.line}:${problem.column ?? 1}`;
    console.error(`${file}${place}: ${problem.pointer ? `\`${problem.pointer}\` ` : ""}${problem.message}`);
  }
  process.exitCode = 1;
}
