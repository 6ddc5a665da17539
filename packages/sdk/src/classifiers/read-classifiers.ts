import { limits, suggest } from "@holdpoint/core";
import {
  bindClassifier,
  type ClassifierAsk,
  checkScores,
  createRedaction,
  type Fail,
  isHeaderKey,
  isRecord,
  NoScoreError,
  type ReadyClassifier,
  readEndpoint,
} from "../../../endpoints/src/index";
import { ConfigError } from "../gen/errors";
import { compile, isCoreWhole, isPublicAddress } from "../platform/own-core";
import type { Platform } from "../platform/platform";
import type { ClassifierFunction, ClassifierOption, EndpointClassifier, FunctionClassifier } from "../types";

export type ReadyClassifiers = ReadonlyMap<string, ReadyClassifier>;

const reserved: ReadonlySet<string> = new Set(["builtin", "registered"]);
const common = ["timeoutMs", "failMode", "redact"];
const functionMembers = ["classify", ...common];
const endpointMembers = [
  "url",
  "kind",
  "model",
  "apiKey",
  "apiKeyEnv",
  "allowPrivate",
  "question",
  "examples",
  ...common,
];

const whole = createRedaction(compile);

/** Where the core is not whole yet, no policy asks a classifier either: whatever asks one has loaded the rest. */
const redaction = { ...whole, prepare: () => (isCoreWhole() ? whole.prepare() : undefined) };

/** The option `classifiers`, checked (clause K-1). Throws ConfigError, naming the classifier. */
export function readClassifiers(option: unknown, platform: Platform): ReadyClassifiers {
  if (option === undefined) return new Map();
  if (!isRecord(option)) throw new ConfigError("option `classifiers`: expected an object from names to classifiers");
  const entries = Object.entries(option);
  if (entries.length > limits.maxClassifiers)
    throw new ConfigError(`option \`classifiers\`: at most ${limits.maxClassifiers} are allowed`);
  return new Map(entries.map(([name, given]) => [name, readClassifier(name, given, platform)]));
}

function readClassifier(name: string, given: unknown, platform: Platform): ReadyClassifier {
  const fail = (message: string): never => {
    throw new ConfigError(`classifier \`${name.slice(0, limits.maxClassifierNameChars)}\`: ${message}`);
  };
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name.length > limits.maxClassifierNameChars)
    fail(`expected a name of 1 to ${limits.maxClassifierNameChars} letters, digits, \`.\`, \`_\` and \`-\``);
  if (reserved.has(name)) fail("this name means something else in policies");
  if (typeof given === "function") return createFunction({ classify: given as ClassifierFunction }, fail);
  if (!isRecord(given)) return fail("expected a function, or an object with `classify` or `url`");
  const members = "classify" in given ? functionMembers : endpointMembers;
  for (const member of Object.keys(given)) {
    if (members.includes(member)) continue;
    const near = suggest(member, members);
    fail(`unknown member \`${member.slice(0, 64)}\`${near ? `, did you mean \`${near}\`?` : ""}`);
  }
  const option = given as unknown as Exclude<ClassifierOption, ClassifierFunction>;
  if ("classify" in option) {
    if (typeof option.classify !== "function") fail("expected a function as `classify`");
    return createFunction(option, fail);
  }
  const parts = { ways: platform, mayReach: isPublicAddress, apiKey: readKey(option, fail) };
  return bindClassifier(option, readEndpoint(option, parts, fail), redaction, fail);
}

function createFunction(option: FunctionClassifier, fail: Fail): ReadyClassifier {
  const { classify } = option;
  const score = async ({ texts, signal, phase, agentId }: ClassifierAsk) => {
    let said: unknown;
    try {
      said = await classify(texts, { signal, phase, agentId });
    } catch (error) {
      // Its message may hold texts.
      throw new NoScoreError(`threw ${error instanceof Error ? error.name.slice(0, 64) : typeof error}`, {
        cause: error,
      });
    }
    return checkScores(said);
  };
  return bindClassifier(option, score, redaction, fail);
}

/** The key itself, or the variable of the environment that holds it; visible ASCII, for it goes into a header. */
function readKey({ apiKey, apiKeyEnv }: EndpointClassifier, fail: Fail): string | undefined {
  if (apiKey === undefined && apiKeyEnv === undefined) return undefined;
  if (apiKey !== undefined && apiKeyEnv !== undefined) fail("give `apiKey` or `apiKeyEnv`, not both");
  if (apiKeyEnv !== undefined && typeof apiKeyEnv !== "string") fail("expected `apiKeyEnv`, a variable's name");
  const environment = (globalThis as { process?: { env?: Readonly<Record<string, string | undefined>> } }).process?.env;
  const key = apiKey ?? environment?.[apiKeyEnv ?? ""];
  if (key === undefined || key === "")
    return fail(`the environment has no variable \`${String(apiKeyEnv).slice(0, 64)}\``);
  if (!isHeaderKey(key)) fail("expected the key as visible ASCII characters without spaces");
  return key;
}
