import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { defaults } from "../gen/constants";
import type { Route } from "./route";

/** What clients send beside what browsers let every page send. */
const requestHeaders = ["X-API-Key", "Content-Type", "Content-Encoding", "If-None-Match", "X-Request-Id"];
/** What clients read beside what browsers let every page read. */
const answerHeaders = ["ETag", "Retry-After", "X-Request-Id"];

/**
 * Lets pages of these origins read answers (clause C-49). Keys travel in a header that a page has to know, so cookies
 * and the like are never asked for.
 */
export function allowOrigins(origins: readonly string[], routes: readonly Route[]): MiddlewareHandler {
  return cors({
    origin: [...origins],
    allowMethods: [...new Set(routes.map(({ method }) => method))],
    allowHeaders: requestHeaders,
    exposeHeaders: answerHeaders,
    maxAge: defaults.corsMaxAgeS,
    credentials: false,
  });
}

/** Throws unless it is written as a browser writes it: else it would match no page, or (`*`, `null`) any. */
export function assertOrigin(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.origin === text) return;
  const hint = url && /^https?:$/.test(url.protocol) ? `; did you mean \`${url.origin}\`?` : "";
  throw new Error(
    `\`allowedOrigins\`: \`${text.slice(0, 128)}\` is no origin such as \`https://app.example.com\`${hint}`,
  );
}
