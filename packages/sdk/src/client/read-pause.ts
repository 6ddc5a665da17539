import { decodeMessage, type Pause, parseInstant } from "@holdpoint/core";
import { ConfigError } from "../gen/errors";
import { describeProblems } from "../policies/describe-problems";

/** A checked pause, of an agent unless it names another level. Throws ConfigError. */
export function readPause(targetId: string, pause: Partial<Omit<Pause, "targetId">>): Pause {
  const read = decodeMessage("Pause", { level: "agent", ...pause, targetId });
  if (!read.ok) throw new ConfigError(`the pause cannot be read: ${describeProblems(read.problems)}`);
  if (read.value.until !== undefined && read.value.until !== "" && Number.isNaN(parseInstant(read.value.until))) {
    throw new ConfigError("the pause cannot be read: `/until`: expected a time such as `2030-01-31T12:00:00Z`");
  }
  return read.value;
}
