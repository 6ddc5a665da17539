import { lstatSync, mkdirSync, readdirSync, realpathSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Packages of providers that READMEs import, without a provider: what they export plays a model that says one sentence and
 * counts itself in `globalThis.asked`. Types are those that the framework wants.
 */
const packages: Readonly<Record<string, { readonly js: string; readonly types: string }>> = {
  "@ai-sdk/openai": {
    js: `
      const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
      const doGenerate = async () => {
        globalThis.asked = (globalThis.asked ?? 0) + 1;
        const finishReason = { unified: "stop", raw: undefined };
        return { content: [{ type: "text", text: "It left the warehouse." }], finishReason, usage, warnings: [] };
      };
      const doStream = async () => { throw new Error("not asked for"); };
      export const openai = (modelId) =>
        ({ specificationVersion: "v3", provider: "stand-in", modelId, supportedUrls: {}, doGenerate, doStream });
    `,
    types: `
      import type { LanguageModelV3 } from "@ai-sdk/provider";
      export declare const openai: (modelId: string) => LanguageModelV3;
    `,
  },
  "@langchain/openai": {
    js: `
      import { BaseChatModel } from "@langchain/core/language_models/chat_models";
      import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
      import { ChatGenerationChunk } from "@langchain/core/outputs";
      const text = "It left the warehouse.";
      const count = () => { globalThis.asked = (globalThis.asked ?? 0) + 1; };
      export class ChatOpenAI extends BaseChatModel {
        _llmType() { return "stand-in"; }
        bindTools() { return this; }
        async _generate() {
          count();
          return { generations: [{ text, message: new AIMessage(text) }] };
        }
        async *_streamResponseChunks() {
          count();
          yield new ChatGenerationChunk({ text, message: new AIMessageChunk(text) });
        }
      }
    `,
    types: `
      import { BaseChatModel } from "@langchain/core/language_models/chat_models";
      import type { BaseMessage } from "@langchain/core/messages";
      import type { ChatResult } from "@langchain/core/outputs";
      export declare class ChatOpenAI extends BaseChatModel {
        constructor(fields: { model: string });
        _llmType(): string;
        _generate(messages: BaseMessage[]): Promise<ChatResult>;
      }
    `,
  },
  // The framework's name for users; what it is made of is what is installed here.
  "@openai/agents": {
    js: `export * from "@openai/agents-core";`,
    types: `export * from "@openai/agents-core";`,
  },
};

/** Puts them into a consumer's `node_modules`, beside what is linked there under the same scope. */
export function addStandInPackages(folder: string): void {
  for (const [name, { js, types }] of Object.entries(packages)) {
    const target = join(folder, "node_modules", name);
    ownScope(dirname(target));
    mkdirSync(target, { recursive: true });
    const entry = { types: "./index.d.ts", default: "./index.js" };
    const about = { name, version: "0.0.0", type: "module", exports: { ".": entry } };
    writeFileSync(join(target, "package.json"), JSON.stringify(about));
    writeFileSync(join(target, "index.js"), js);
    writeFileSync(join(target, "index.d.ts"), types);
  }
}

/** A scope that is linked as a whole becomes a folder of links. */
function ownScope(scope: string): void {
  if (!lstatSync(scope, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const linked = realpathSync(scope);
  unlinkSync(scope);
  mkdirSync(scope);
  for (const name of readdirSync(linked)) symlinkSync(join(linked, name), join(scope, name), "junction");
}
