/** Members that nobody reads as text: kinds, ids, addresses, bytes, numbers of tokens. */
const quietMembers: ReadonlySet<string> = new Set([
  "b64_json",
  "background",
  "cache_control",
  "detail",
  "effort",
  "embedding",
  "encoding",
  "encoding_format",
  "encrypted_content",
  "encrypted_index",
  "file_data",
  "finish_reason",
  "format",
  "id",
  "logprobs",
  "media_type",
  "mime_type",
  "model",
  "native_finish_reason",
  "obfuscation",
  "object",
  "partial_image_b64",
  "phase",
  "role",
  "service_tier",
  "signature",
  "status",
  "stop_reason",
  "stop_sequence",
  "system_fingerprint",
  "type",
  "url",
  "usage",
  "version",
]);

/** What an answer of OpenAI's responses says again of the program's own settings. */
const echoes: ReadonlySet<string> = new Set([
  "conversation",
  "include",
  "instructions",
  "metadata",
  "prompt",
  "prompt_cache_key",
  "prompt_cache_retention",
  "reasoning",
  "safety_identifier",
  "text",
  "tool_choice",
  "tools",
  "truncation",
  "user",
]);

/** True for a member whose strings are no text, of whatever is in it. */
export function isQuiet(name: string, holder: Readonly<Record<string, unknown>>): boolean {
  if (quietMembers.has(name) || /_(id|at|url|signature)$/.test(name)) return true;
  // Bytes, unless it says that they are a text.
  if (name === "data") return typeof holder["data"] === "string" && holder["type"] !== "text";
  if (name === "result") return holder["type"] === "image_generation_call";
  return holder["object"] === "response" && echoes.has(name);
}
