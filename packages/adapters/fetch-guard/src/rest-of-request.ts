import { findUnread } from "./rest-of-answer";
import { isObject, type Json, type ReadRequest, slotOf } from "./wire";

/** Members of requests that the program sets: instructions, tools, switches. */
const settings: ReadonlySet<string> = new Set([
  "anthropic_beta",
  "anthropic_version",
  "audio",
  "betas",
  "container",
  "context_management",
  "conversation",
  "extra_body",
  "extra_headers",
  "function_call",
  "functions",
  "guided_json",
  "guided_regex",
  "include",
  "inference_geo",
  "instructions",
  "logit_bias",
  "mcp_servers",
  "metadata",
  "modalities",
  "output_config",
  "output_format",
  "plugins",
  "prompt_cache_key",
  "prompt_cache_retention",
  "provider",
  "reasoning",
  "reasoning_effort",
  "response_format",
  "safety_identifier",
  "speed",
  "stop",
  "stop_sequences",
  "system",
  "text",
  "thinking",
  "tool_choice",
  "tools",
  "transforms",
  "truncation",
  "user",
  "verbosity",
  "web_search_options",
]);

/** Calls that were judged when they were made. */
const judgedCall = /^(function_call|custom_tool_call|(local_shell|shell|computer|apply_patch)_call|(\w+_)?tool_use)$/;

/** The same with whatever else stands in the request, as said by a user before all else. */
export function withRestOfRequest(body: Json, read: ReadRequest): ReadRequest {
  const own = Object.fromEntries(Object.entries(body).filter(([name]) => !settings.has(name) && !isSecret(name)));
  // The copy stands for the body itself.
  const places = [...read.said, ...read.results]
    .flatMap(({ slot }) => slot.places)
    .map(({ holder, key }) => ({ holder: holder === body ? own : holder, key }));
  const unread = findUnread(own, { places, trees: callsIn(own), texts: new Set() });
  if (unread.length === 0) return read;
  const found = unread.map(({ holder, key }) => ({ holder: holder === own ? body : holder, key }));
  return { ...read, said: [{ role: "user", slot: slotOf(found, "\n") }, ...read.said] };
}

const isSecret = (name: string): boolean => /(key|token|secret|authorization|password)$/i.test(name);

function callsIn(value: unknown): ReadonlySet<object> {
  const found = new Set<object>();
  const walk = (at: unknown): void => {
    if (Array.isArray(at)) at.forEach(walk);
    if (!isObject(at)) return;
    if (judgedCall.test(String(at["type"]))) found.add(at);
    for (const [key, member] of Object.entries(at)) {
      const isCalls = (key === "tool_calls" || key === "function_call") && typeof member === "object" && member;
      if (isCalls) found.add(isCalls);
      else walk(member);
    }
  };
  walk(value);
  return found;
}
