import { hmacSha256Hex } from "@holdpoint/core";

const prefix = "whsec_";

/**
 * Headers of Standard Webhooks: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. The key is the base64
 * after `whsec_`, or the UTF-8 of a secret without it.
 */
export function signQuestion(secret: string, id: string, timestampS: number, body: string): Record<string, string> {
  const headers = { "webhook-id": id, "webhook-timestamp": String(timestampS) };
  if (secret === "") return headers;
  const hex = hmacSha256Hex(readKey(secret), `${id}.${timestampS}.${body}`);
  const bytes = (hex.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16)));
  return { ...headers, "webhook-signature": `v1,${btoa(bytes.join(""))}` };
}

function readKey(secret: string): Uint8Array {
  if (!secret.startsWith(prefix)) return new TextEncoder().encode(secret);
  return Uint8Array.from(atob(secret.slice(prefix.length)), (char) => char.charCodeAt(0));
}
