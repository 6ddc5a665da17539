import { ApiError } from "../errors";
import type { Database } from "../store/database";
import { type Administration, administer, type Caller } from "./administer";
import { isUnknownAgent } from "./find-unknown-agents";

/** The problems that one line of the log lists. */
const maxNoted = 20;

/**
 * Runs an administrative write of policies. One that is refused because it names agents that nobody has registered
 * changes nothing, but leaves a line in the log: somebody believes that a policy is on.
 */
export async function noteUnknownAgents<T>(
  database: Database,
  caller: Caller,
  work: (administration: Administration) => Promise<T>,
): Promise<T> {
  try {
    return await administer(database, caller, work);
  } catch (error) {
    const unknown = error instanceof ApiError ? error.fields.filter(isUnknownAgent) : [];
    if (unknown.length > 0) {
      const problems = unknown.slice(0, maxNoted).map(({ pointer, message }) => ({ pointer, message }));
      await administer(database, caller, async ({ record }) =>
        record({ action: "policy.refused", targetType: "policy", targetId: "", details: { problems } }),
      );
    }
    throw error;
  }
}
