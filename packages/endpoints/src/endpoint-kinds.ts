import { checkScore, checkScores, isRecord } from "./check-scores";
import { type ClassifierAsk, type LabelledScores, NoScoreError } from "./classifier";
import { classifiers } from "./gen/constants";
import { type Endpoint, postEndpoint } from "./post-endpoint";

/** Asks one kind of endpoint. */
export type AskEndpoint = (ask: ClassifierAsk) => Promise<LabelledScores>;

/** No label can be a member of all objects. */
const noScores = (): Record<string, number> => Object.create(null);

const strange = (): NoScoreError => new NoScoreError("answered something else than expected");

const ownLabels: ReadonlyMap<string, string> = new Map(
  Object.entries(classifiers.moderationLabels).flatMap(([own, theirs]) => theirs.map((label) => [label, own] as const)),
);

/** Category scores of an OpenAI-compatible moderation endpoint, the highest of all texts, under our own names. */
export function askModerations(endpoint: Endpoint, model: string): AskEndpoint {
  return async (ask) => {
    const answer = await postEndpoint(endpoint, { model, input: ask.texts }, ask);
    const results = isRecord(answer) ? answer["results"] : undefined;
    if (!Array.isArray(results) || results.length !== ask.texts.length) throw strange();
    const best = noScores();
    for (const result of results as readonly unknown[]) {
      const scores = isRecord(result) ? result["category_scores"] : undefined;
      if (!isRecord(scores)) throw strange();
      for (const [category, said] of Object.entries(scores)) {
        // Kinds that the endpoint knows and does not score for texts.
        if (said === null) continue;
        const label = ownLabels.get(category) ?? category;
        best[label] = Math.max(best[label] ?? 0, checkScore(said));
      }
    }
    return checkScores(best);
  };
}

/** A chat model that answers one question about all texts with a JSON object. */
export function askChat(endpoint: Endpoint, model: string, question: string): AskEndpoint {
  const system = `${classifiers.chatBefore}${question}${classifiers.chatAfter}`;
  return async (ask) => {
    const body = {
      model,
      temperature: 0,
      response_format: { type: "json_object" },
      messages: [
        { role: "system", content: system },
        { role: "user", content: JSON.stringify(ask.texts) },
      ],
    };
    const answer = await postEndpoint(endpoint, body, ask);
    const choices = isRecord(answer) ? answer["choices"] : undefined;
    const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
    const message = isRecord(first) ? first["message"] : undefined;
    const content = isRecord(message) ? message["content"] : undefined;
    if (typeof content !== "string") throw strange();
    let said: unknown;
    try {
      said = JSON.parse(content);
    } catch (error) {
      throw new NoScoreError("answered something else than a JSON object with a score", { cause: error });
    }
    if (!isRecord(said)) throw new NoScoreError("answered something else than a JSON object with a score");
    return { "": checkScore(said["score"]) };
  };
}

interface Example {
  readonly label: string;
  readonly text: string;
}

/** How near the texts are to examples; the examples' vectors are asked for once and kept. */
export function askEmbeddings(endpoint: Endpoint, model: string, examples: readonly Example[]): AskEndpoint {
  let kept: readonly (readonly number[])[] | undefined;
  const embed = async (texts: readonly string[], ask: ClassifierAsk) =>
    readVectors(await postEndpoint(endpoint, { model, input: texts, encoding_format: "float" }, ask), texts.length);
  return async (ask) => {
    const known = kept;
    let vectors: readonly (readonly number[])[];
    let near: readonly (readonly number[])[];
    if (known === undefined) {
      // One request for both: a step that waits pays for one.
      const all = await embed([...examples.map(({ text }) => text), ...ask.texts], ask);
      near = all.slice(0, examples.length);
      vectors = all.slice(examples.length);
    } else {
      near = known;
      vectors = await embed(ask.texts, ask);
    }
    // Another model may stand behind the address than a while ago: what fits no longer is asked for again next time.
    if (kept === known) kept = undefined;
    if (new Set([...near, ...vectors].map(({ length }) => length)).size !== 1) throw strange();
    kept ??= near;
    const best = noScores();
    examples.forEach(({ label }, index) => {
      for (const vector of vectors) best[label] = Math.max(best[label] ?? 0, cosine(vector, near[index] ?? []));
    });
    return checkScores(best);
  };
}

/** Unit vectors, in the order of the texts. */
function readVectors(answer: unknown, count: number): readonly (readonly number[])[] {
  const data = isRecord(answer) ? answer["data"] : undefined;
  if (!Array.isArray(data) || data.length !== count) throw strange();
  const vectors: (readonly number[])[] = [];
  (data as readonly unknown[]).forEach((item, position) => {
    if (!isRecord(item)) throw strange();
    const index = item["index"] ?? position;
    const vector = item["embedding"];
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= count || vectors[index])
      throw strange();
    if (!Array.isArray(vector) || !vector.every((one) => typeof one === "number" && Number.isFinite(one)))
      throw strange();
    const length = Math.sqrt((vector as readonly number[]).reduce((sum, one) => sum + one * one, 0));
    if (!(length > 0 && Number.isFinite(length))) throw strange();
    vectors[index] = (vector as readonly number[]).map((one) => one / length);
  });
  return vectors;
}

/** Between 0 and 1: rounding may pass 1 by a hair, and what is opposite is no nearer than what is foreign. */
function cosine(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (const [index, one] of a.entries()) sum += one * (b[index] ?? 0);
  return Math.min(1, Math.max(0, sum));
}

/** An address that a policy names: our own small protocol (clause K-11). */
export function askPolicyUrl(endpoint: Endpoint, label: string): AskEndpoint {
  return async (ask) => {
    const { policyId, agentId, phase, texts } = ask;
    const answer = await postEndpoint(endpoint, { policyId, label, agentId, phase, texts }, ask);
    if (!isRecord(answer)) throw strange();
    return checkScores(answer["scores"] ?? answer["score"]);
  };
}
