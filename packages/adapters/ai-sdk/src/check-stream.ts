import type { AnswerChecks } from "./check-answer";
import { asHalt } from "./find-halt";
import type { StreamPart, Usage } from "./framework-types";

/** What becomes of a stream: exactly one of both is called, unless its reader goes away. */
export interface StreamEnd {
  finished(usage: Usage): void;
  failed(error: unknown): void;
}

/**
 * Passes on only what was checked: a text when it is complete, a tool's input with its call. What is stopped ends the
 * stream with our error.
 */
export function checkStream(checks: AnswerChecks, end: StreamEnd): TransformStream<StreamPart, StreamPart> {
  const texts = new Map<string, string>();
  const inputs = new Map<string, StreamPart[]>();
  type Controller = TransformStreamDefaultController<StreamPart>;

  const pass = async (part: StreamPart, out: Controller): Promise<void> => {
    switch (part.type) {
      case "text-start":
      case "reasoning-start":
        texts.set(part.type + part.id, "");
        return out.enqueue(part);
      case "text-delta":
      case "reasoning-delta": {
        const key = startOf(part.type) + part.id;
        return void texts.set(key, (texts.get(key) ?? "") + part.delta);
      }
      case "text-end":
      case "reasoning-end": {
        const key = startOf(part.type) + part.id;
        const original = texts.get(key) ?? "";
        texts.delete(key);
        const text = await checks.text(original);
        const type = part.type === "text-end" ? "text-delta" : "reasoning-delta";
        if (text !== "") out.enqueue({ type, id: part.id, delta: text });
        return out.enqueue(text === original ? part : { type: part.type, id: part.id });
      }
      case "tool-input-start":
        return void inputs.set(part.id, [part]);
      case "tool-input-delta":
      case "tool-input-end":
        return void inputs.get(part.id)?.push(part);
      case "tool-call": {
        const checked = await checks.toolCall(part);
        const held = inputs.get(part.toolCallId) ?? [];
        inputs.delete(part.toolCallId);
        for (const heldPart of checked === part ? held : []) out.enqueue(heldPart);
        return out.enqueue(checked);
      }
      case "tool-result":
        return out.enqueue(await checks.toolResult(part));
      case "raw":
        return; // it holds what was not checked yet
      case "finish":
        if (texts.size > 0) for (const text of texts.values()) await checks.text(text);
        end.finished(part.usage);
        return out.enqueue(part);
      case "error":
        end.failed(part.error);
        return out.enqueue(part);
      default:
        return out.enqueue(part);
    }
  };

  return new TransformStream({
    async transform(part, out) {
      try {
        await pass(part, out);
      } catch (error) {
        const halt = asHalt(error);
        end.failed(halt);
        throw halt;
      }
    },
  });
}

const startOf = (type: string): string => `${type.slice(0, type.lastIndexOf("-"))}-start`;
