import { loadPlan } from "./load-plan";
import { exitCodes, printProblems } from "./print";

/** Compiles a policy file; prints its problems with line and column and ends with status 1 when there are any. */
export async function check(file: string): Promise<number> {
  const loaded = await loadPlan(file);
  if (!loaded.ok) {
    return printProblems(loaded.problems, false);
  }
  const count = loaded.written.length;
  console.log(`${file}: ${count === 1 ? "1 policy compiles" : `${count} policies compile`}`);
  return exitCodes.fine;
}
