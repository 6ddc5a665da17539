import type { WrittenStream } from "@holdpoint/sdk";
import { type AnswerChecks, isFile } from "./check-answer";
import { asHalt } from "./find-halt";
import type { FilePart, SourcePart, StreamPart, Usage } from "./framework-types";

/** What becomes of a stream: exactly one of both is called, unless its reader goes away. */
export interface StreamEnd {
  finished(usage: Usage): void;
  failed(error: unknown): void;
}

interface OpenText {
  readonly kind: "text" | "reasoning";
  readonly id: string;
  readonly stream: WrittenStream;
  said: string;
  shown: string;
}

/**
 * Passes on only what was checked: a text as it flows, a hold-back behind what the model has said (SPECIFICATION F-12); a
 * tool's input with its call. What is stopped ends the stream with our error. The source is read when the reader asks.
 */
export function checkStream(
  source: ReadableStream<StreamPart>,
  checks: AnswerChecks,
  end: StreamEnd,
): ReadableStream<StreamPart> {
  const texts = new Map<string, OpenText>();
  const reader = source.getReader();
  const parts = readParts(reader, checks, end, texts);
  return new ReadableStream(
    {
      async pull(out) {
        const { done, value } = await parts.next();
        if (done) out.close();
        else out.enqueue(value);
      },
      async cancel(reason) {
        await Promise.all([...texts.values()].map(({ stream }) => stream.cancel()));
        end.failed(reason ?? new Error("the reader went away"));
        await reader.cancel(reason).catch(() => undefined);
        await parts.return();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* readParts(
  reader: ReadableStreamDefaultReader<StreamPart>,
  checks: AnswerChecks,
  end: StreamEnd,
  texts: Map<string, OpenText>,
): AsyncGenerator<StreamPart, void> {
  const check = createPartCheck(checks, end, texts);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      yield* await check(next.value).catch((error: unknown) => {
        throw asHalt(error);
      });
    }
    for (const open of [...texts.values()]) yield* await finishText(texts, open);
  } catch (error) {
    end.failed(error);
    await Promise.all([...texts.values()].map(({ stream }) => stream.cancel()));
    void reader.cancel(error).catch(() => undefined);
    throw error;
  } finally {
    reader.releaseLock();
  }
}

function createPartCheck(
  checks: AnswerChecks,
  end: StreamEnd,
  texts: Map<string, OpenText>,
): (part: StreamPart) => Promise<readonly StreamPart[]> {
  const inputs = new Map<string, StreamPart[]>();
  let isReplaced = false;
  const passMembers = async (part: FilePart | SourcePart): Promise<readonly StreamPart[]> => {
    const checked = (await checks.members(part)) as StreamPart;
    isReplaced ||= checked !== part;
    return [checked];
  };
  return async (whole) => {
    const part = await checks.besides(whole);
    isReplaced ||= part !== whole;
    if (part === undefined) return [];
    if (isFile(part)) return passMembers(part);
    switch (part.type) {
      case "text-start":
      case "reasoning-start":
        openText(texts, checks, kindOf(part.type), part.id);
        return [part];
      case "text-delta":
      case "reasoning-delta": {
        const kind = kindOf(part.type);
        const open = texts.get(kind + part.id) ?? openText(texts, checks, kind, part.id);
        const delta = await open.stream.write(part.delta);
        open.said += part.delta;
        open.shown += delta;
        return delta === "" ? [] : [delta === part.delta ? part : deltaOf(open, delta)];
      }
      case "text-end":
      case "reasoning-end": {
        const open = texts.get(kindOf(part.type) + part.id);
        if (!open) return [part];
        const rest = await finishText(texts, open);
        isReplaced ||= open.said !== open.shown;
        // The provider's signature belongs to the text that it signed.
        return [...rest, open.said === open.shown ? part : { type: part.type, id: part.id }];
      }
      case "tool-input-start":
        inputs.set(part.id, [part]);
        return [];
      case "tool-input-delta":
      case "tool-input-end":
        inputs.get(part.id)?.push(part);
        return [];
      case "tool-call": {
        const checked = await checks.toolCall(part);
        const held = inputs.get(part.toolCallId) ?? [];
        inputs.delete(part.toolCallId);
        isReplaced ||= checked !== part;
        return [...(checked === part ? held : []), checked];
      }
      case "tool-result": {
        const checked = await checks.toolResult(part);
        isReplaced ||= checked !== part;
        return [checked];
      }
      case "source":
        return passMembers(part);
      case "raw":
        return []; // it holds what was not checked yet
      case "finish": {
        const rest: StreamPart[] = [];
        for (const open of [...texts.values()]) {
          rest.push(...(await finishText(texts, open)));
          isReplaced ||= open.said !== open.shown;
        }
        end.finished(part.usage);
        // What a provider tells besides (log probabilities) may say what was replaced.
        const { providerMetadata: _, ...finish } = part;
        return [...rest, isReplaced ? finish : part];
      }
      case "error":
        end.failed(part.error);
        return [part];
      default:
        return [part];
    }
  };
}

function openText(texts: Map<string, OpenText>, checks: AnswerChecks, kind: OpenText["kind"], id: string): OpenText {
  const open = { kind, id, stream: checks.openText(), said: "", shown: "" };
  texts.set(kind + id, open);
  return open;
}

async function finishText(texts: Map<string, OpenText>, open: OpenText): Promise<readonly StreamPart[]> {
  texts.delete(open.kind + open.id);
  // An empty text is no step.
  const rest = open.said === "" ? "" : await open.stream.end();
  open.shown += rest;
  return rest === "" ? [] : [deltaOf(open, rest)];
}

const deltaOf = ({ kind, id }: OpenText, delta: string): StreamPart =>
  kind === "text" ? { type: "text-delta", id, delta } : { type: "reasoning-delta", id, delta };

const kindOf = (type: string): OpenText["kind"] => (type.startsWith("text") ? "text" : "reasoning");
