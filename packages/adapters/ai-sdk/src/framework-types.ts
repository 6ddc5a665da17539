import type { LanguageModelMiddleware, wrapLanguageModel } from "ai";

type WrapGenerate = NonNullable<LanguageModelMiddleware["wrapGenerate"]>;
type WrapStream = NonNullable<LanguageModelMiddleware["wrapStream"]>;

/** The framework's own types, by way of what `ai` exports, so that its provider package is no dependency of ours. */
export type LanguageModel = Parameters<typeof wrapLanguageModel>[0]["model"];
export type Params = Parameters<WrapGenerate>[0]["params"];
export type Prompt = Params["prompt"];
export type Message = Prompt[number];
export type GenerateResult = Awaited<ReturnType<WrapGenerate>>;
export type Content = GenerateResult["content"][number];
export type Usage = GenerateResult["usage"];
export type StreamPart = Awaited<ReturnType<WrapStream>>["stream"] extends ReadableStream<infer Part> ? Part : never;
export type ToolCallPart = Extract<Content, { type: "tool-call" }>;
export type ToolResultPart = Extract<Content, { type: "tool-result" }>;
export type FilePart = Extract<Content, { type: "file" }>;
export type SourcePart = Extract<Content, { type: "source" }>;
