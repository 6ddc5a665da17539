import {
  type Agent,
  type CompileContext,
  checkGovernanceSettings,
  decodeMessage,
  type GovernanceSettings,
  type MessageTypes,
  type Pause,
} from "@holdpoint/core";
import { formatProblem, UsageProblem } from "./print";
import { isObject, readInput } from "./read-input";

/** What stands around policies: who is registered, what the levels demand, which kill switches are on. */
export interface Surroundings {
  readonly compile: CompileContext;
  readonly pauses: readonly Pause[];
  /** Names of the classifiers that the client has; undefined where nobody says. */
  readonly classifiers?: readonly string[];
}

const members = ["organizationId", "agents", "settings", "pauses", "classifiers"];

/** A file with `agents`, `settings`, `pauses`, `classifiers` and `organizationId`, each if wanted. */
export async function readSurroundings(path: string | undefined): Promise<Surroundings> {
  return path === undefined ? { compile: {}, pauses: [] } : decodeSurroundings(await readInput(path), path);
}

export function decodeSurroundings(value: unknown, file: string): Surroundings {
  if (value === undefined || value === null) return { compile: {}, pauses: [] };
  if (!isObject(value)) throw new UsageProblem(`${file}: expected an object with ${members.join(", ")}`);
  const unknown = Object.keys(value).find((name) => !members.includes(name));
  if (unknown !== undefined)
    throw new UsageProblem(`${file}: unknown field \`${unknown.slice(0, 64)}\`, expected one of ${members.join(", ")}`);
  const agents = decodeList("Agent", value["agents"], file, "/agents") as readonly Agent[];
  const settings = decodeList("GovernanceSettings", value["settings"], file, "/settings") as GovernanceSettings[];
  const { organizationId } = value;
  const wrong = checkGovernanceSettings(settings, "/settings");
  if (wrong.length > 0) throw new UsageProblem(wrong.map((problem) => formatProblem({ ...problem, file })).join("\n"));
  return {
    compile: {
      ...(typeof organizationId === "string" ? { organizationId } : {}),
      ...(agents.length > 0 ? { agents } : {}),
      ...(settings.length > 0 ? { settings } : {}),
    },
    pauses: decodeList("Pause", value["pauses"], file, "/pauses") as readonly Pause[],
    ...readNames(value["classifiers"], file),
  };
}

function readNames(value: unknown, file: string): Pick<Surroundings, "classifiers"> {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value) || !value.every((name): name is string => typeof name === "string"))
    throw new UsageProblem(`${file}: \`/classifiers\` expected a list of names`);
  return { classifiers: value };
}

function decodeList(name: keyof MessageTypes, value: unknown, file: string, pointer: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new UsageProblem(`${file}: \`${pointer}\` expected a list`);
  return value.map((item, index) => {
    const decoded = decodeMessage(name, item, `${pointer}/${index}`);
    if (decoded.ok) return decoded.value;
    throw new UsageProblem(decoded.problems.map((problem) => formatProblem({ ...problem, file })).join("\n"));
  });
}
