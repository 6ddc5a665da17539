import { isEndpointUrl, limits, suggest } from "@holdpoint/core";
import { defaults } from "../gen/constants";
import { ConfigError } from "../gen/errors";
import type { Platform } from "../platform/platform";
import type { ClassifierFunction, ClassifierOption, EndpointClassifier } from "../types";
import { checkScores, isRecord } from "./check-scores";
import { type ClassifierAsk, NoScoreError, type ReadyClassifier } from "./classifier";
import { type AskEndpoint, askChat, askEmbeddings, askModerations } from "./endpoint-kinds";
import type { Endpoint } from "./post-endpoint";
import { prepareRedaction, redactTexts } from "./redact-texts";

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
const kinds = ["moderations", "chat", "embeddings"];

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
  return create(option, createEndpoint(option, platform, fail), fail);
}

type Fail = (message: string) => never;

interface CommonMembers {
  readonly timeoutMs?: number;
  readonly failMode?: string;
  readonly redact?: boolean;
}

function create(option: CommonMembers, score: AskEndpoint, fail: Fail): ReadyClassifier {
  const { timeoutMs = defaults.classifierTimeoutMs, failMode = defaults.classifierFailMode, redact = false } = option;
  const most = limits.maxClassifierTimeoutMs;
  if (typeof timeoutMs !== "number" || !(timeoutMs >= 1 && timeoutMs <= most))
    fail(`expected \`timeoutMs\` from 1 to ${most}`);
  if (failMode !== "closed" && failMode !== "open") return fail("expected `failMode` `closed` or `open`");
  if (typeof redact !== "boolean") fail("expected `redact` as a boolean");
  if (!redact) return { timeoutMs, failMode, score };
  prepareRedaction();
  return { timeoutMs, failMode, score: async (ask) => score({ ...ask, texts: redactTexts(ask.texts) }) };
}

function createFunction(
  option: CommonMembers & { readonly classify: ClassifierFunction },
  fail: Fail,
): ReadyClassifier {
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
  return create(option, score, fail);
}

function createEndpoint(option: EndpointClassifier, platform: Platform, fail: Fail): AskEndpoint {
  const { url, kind, model, allowPrivate = false, question, examples } = option;
  if (typeof allowPrivate !== "boolean") fail("expected `allowPrivate` as a boolean");
  if (typeof url !== "string") fail("expected `url`, the endpoint's whole address");
  if (!allowPrivate && !isEndpointUrl(url))
    fail("expected `url` as an https address of a public host; for another one say `allowPrivate`");
  if (allowPrivate && !isHttpUrl(url)) fail("expected `url` as an address that starts with http:// or https://");
  if (!allowPrivate && !platform.endpoints) fail("this platform cannot judge addresses: say `allowPrivate`");
  if (typeof model !== "string" || model === "") fail("expected `model`, a name");
  if (!kinds.includes(kind)) fail("expected `kind` `moderations`, `chat` or `embeddings`");
  if (question !== undefined && kind !== "chat") fail("`question` is for the kind `chat`");
  if (examples !== undefined && kind !== "embeddings") fail("`examples` are for the kind `embeddings`");
  const endpoint: Endpoint = { platform, url, apiKey: readKey(option, fail), allowPrivate };
  if (kind === "moderations") return askModerations(endpoint, model);
  if (kind === "embeddings") return askEmbeddings(endpoint, model, readExamples(examples, fail));
  if (question !== undefined && (typeof question !== "string" || question === "")) fail("expected `question`, a text");
  if ((question ?? "").length > limits.maxClassifierQuestionChars)
    fail(`\`question\` is longer than ${limits.maxClassifierQuestionChars} characters`);
  return askChat(endpoint, model, question ?? defaults.classifierQuestion);
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
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
  if (typeof key !== "string" || !/^[\x21-\x7e]+$/.test(key))
    fail("expected the key as visible ASCII characters without spaces");
  return key;
}

function readExamples(
  examples: EndpointClassifier["examples"],
  fail: Fail,
): readonly { readonly label: string; readonly text: string }[] {
  const lists: readonly (readonly [string, unknown])[] = isRecord(examples)
    ? Object.entries(examples)
    : [["", examples]];
  const read = lists.flatMap(([label, texts]) =>
    Array.isArray(texts)
      ? texts.map((text: unknown) => ({ label, text }))
      : fail("expected `examples` as lists of texts"),
  );
  if (lists.some(([, texts]) => (texts as readonly unknown[]).length === 0) || read.length === 0)
    fail("expected `examples`, at least one for each label");
  if (read.length > limits.maxClassifierExamples)
    fail(`has ${read.length} \`examples\`, at most ${limits.maxClassifierExamples} are allowed`);
  if (!read.every(({ text }) => typeof text === "string" && text !== "")) fail("expected `examples` as lists of texts");
  return read as readonly { label: string; text: string }[];
}
