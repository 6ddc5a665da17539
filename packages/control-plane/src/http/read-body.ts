import { limits } from "@holdpoint/core";
import { ApiError, invalid } from "../errors";

/** The JSON of a request's body. Throws what the caller is told: too large, not JSON, nested too deeply. */
export async function readBody(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (type !== "" && !/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type)) {
    throw invalid("", "expected a body of the type `application/json`");
  }
  const text = decodeText(await readBytes(request));
  if (text.trim() === "") throw invalid("", "expected a json body, got none");
  refuseDepth(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid("", `the body is not valid json${positionOf(error)}`);
  }
}

/** Stops at the limit, whatever the length that was announced: more is neither kept nor waited for. */
async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > limits.maxRequestBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of openBody(request)) {
      size += chunk.length;
      if (size > limits.maxRequestBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ApiError || !request.headers.has("content-encoding")) throw error;
    throw invalid("", "the body is not valid gzip");
  }
  return Buffer.concat(chunks);
}

/** The body as it was before gzip; what it inflates to is what the limit is for. */
function openBody(request: Request): AsyncIterable<Uint8Array> {
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") {
    throw new ApiError("UNSUPPORTED_ENCODING", "expected a body that is not encoded, or with gzip", {
      headers: { "Accept-Encoding": "gzip" },
    });
  }
  const body = request.body ?? new Blob([]).stream();
  return (encoding === "gzip"
    ? body.pipeThrough(new DecompressionStream("gzip"))
    : body) as unknown as AsyncIterable<Uint8Array>;
}

const tooLarge = () =>
  new ApiError("PAYLOAD_TOO_LARGE", `the body is larger than ${limits.maxRequestBytes} bytes`, {
    headers: { Connection: "close" },
  });

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalid("", "the body is not utf-8");
  }
}

/** Before parsing, so that nothing that walks the value can run out of stack. */
function refuseDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (quoted) {
      if (unit === 0x5c) i++;
      else if (unit === 0x22) quoted = false;
    } else if (unit === 0x22) quoted = true;
    else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > limits.maxBodyDepth) throw invalid("", `is nested deeper than ${limits.maxBodyDepth} levels`);
    } else if (unit === 0x7d || unit === 0x5d) depth--;
  }
}

/** Only the number: the message of the engine quotes the body. */
function positionOf(error: unknown): string {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? "" : ` at position ${position}`;
}
