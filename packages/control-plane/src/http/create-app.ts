import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { ApiError, invalidFields } from "../errors";
import { isUnavailable, sqlState } from "../store/database";
import { allowOrigins } from "./allow-origins";
import { authenticate } from "./authenticate";
import { sendStream } from "./direct-stream";
import { readBody } from "./read-body";
import { findUnknownFields } from "./read-fields";
import { errorResponse } from "./responses";
import type { KeyRoute, Route } from "./route";
import type { Services } from "./services";

/** The routes as one application: request in, answer out, whatever happens on the way. */
export function createApp(services: Services, routes: readonly Route[], allowedOrigins: readonly string[] = []): Hono {
  const app = new Hono();
  if (allowedOrigins.length > 0) {
    const allow = allowOrigins(allowedOrigins, routes);
    app.use(async (context, next) => {
      const startedMs = performance.now();
      const preflight = await allow(context, next);
      if (preflight) return finish(services, "none", context, startedMs, preflight);
      // The adapter knows what was sent already by this very object, which the framework has copied.
      if (!outgoingOf(context)?.headersSent) return;
      context.res = undefined;
      context.res = RESPONSE_ALREADY_SENT;
    });
  }
  for (const route of routes) {
    app.on(route.method, route.path, (context) => answer(services, route, context, allowedOrigins.length > 0));
  }
  const methods = groupMethods(routes);
  for (const [path, allowed] of methods) {
    app.all(path, (context) => finish(services, path, context, performance.now(), methodNotAllowed(context, allowed)));
  }
  app.notFound((context) => {
    const error = new ApiError("NOT_FOUND", "no such route");
    return finish(services, "none", context, performance.now(), errorResponse(error));
  });
  app.onError((error, context) =>
    finish(services, "none", context, performance.now(), toResponse(services, error, "none")),
  );
  return app;
}

async function answer(services: Services, route: Route, context: Context, isShared: boolean): Promise<Response> {
  const startedMs = performance.now();
  let response: Response;
  try {
    const now = new Date(services.clock());
    response = await (route.access === "public"
      ? route.handle({ services, now })
      : handleWithKey(services, route, context, now));
  } catch (error) {
    response = toResponse(services, error, requestIdOf(context));
  }
  const finished = finish(services, route.path, context, startedMs, response);
  // To look at them makes an answer where there is none yet.
  return sendStream(finished, outgoingOf(context), isShared ? context.res.headers : undefined);
}

/** The connection's own answer; undefined where there is none. */
const outgoingOf = ({ env }: Context): ServerResponse | undefined =>
  (env as { readonly outgoing?: ServerResponse } | undefined)?.outgoing;

async function handleWithKey(services: Services, route: KeyRoute, context: Context, now: Date): Promise<Response> {
  const request = context.req.raw;
  const holder = await authenticate(services, request.headers, route.access, now);
  return route.handle({
    services,
    now,
    caller: { ...holder, actor: `key:${holder.keyId}`, now },
    param: (name) => context.req.param(name) ?? "",
    query: readQuery(new URL(request.url).searchParams, route.query ?? []),
    header: (name) => request.headers.get(name) ?? undefined,
    signal: () => request.signal,
    body: () => readBody(request),
  });
}

function readQuery(search: URLSearchParams, known: readonly string[]): Readonly<Record<string, string>> {
  const query: Record<string, string> = Object.fromEntries(search);
  const problems = findUnknownFields(query, known).map(({ message, ...rest }) => ({
    ...rest,
    message: message.replace("unknown field", "unknown query parameter"),
  }));
  for (const name of new Set(search.keys())) {
    if (search.getAll(name).length > 1) problems.push({ pointer: `/${name}`, message: "is given more than once" });
  }
  if (problems.length > 0) throw invalidFields(problems);
  return query;
}

/** What the caller is told of a failure. Only an ApiError speaks for itself; of the rest the log has the details. */
function toResponse(services: Services, error: unknown, requestId: string): Response {
  if (error instanceof ApiError) return errorResponse(error);
  const details = {
    requestId,
    error: error instanceof Error ? error.message : String(error),
    sqlState: sqlState(error),
  };
  if (isUnavailable(error)) {
    services.logger.warn("the database could not serve a request", details);
    return errorResponse(
      new ApiError("UNAVAILABLE", "the database cannot serve this now; try again", { headers: { "Retry-After": "1" } }),
    );
  }
  services.logger.error("a request failed", details);
  return errorResponse(new ApiError("INTERNAL", "the server failed; its log has the details under the request id"));
}

const requestIds = new WeakMap<Request, string>();

/** The id that the caller sent, if it is a plain one, or a new one. */
function requestIdOf(context: Context): string {
  const known = requestIds.get(context.req.raw);
  if (known) return known;
  const sent = context.req.raw.headers.get("x-request-id") ?? "";
  const id = /^[\w.-]{1,128}$/.test(sent) ? sent : randomUUID();
  requestIds.set(context.req.raw, id);
  return id;
}

function finish(services: Services, route: string, context: Context, startedMs: number, response: Response): Response {
  const { method } = context.req;
  const knownMethod = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method) ? method : "other";
  services.metrics.requests.inc({ method: knownMethod, route, status: String(response.status) });
  services.metrics.requestSeconds.observe({ route }, (performance.now() - startedMs) / 1000);
  response.headers.set("X-Request-Id", requestIdOf(context));
  response.headers.set("X-Content-Type-Options", "nosniff");
  if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
  return response;
}

function groupMethods(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), method]);
  return methods;
}

const methodNotAllowed = (context: Context, allowed: readonly string[]): Response =>
  errorResponse(
    new ApiError(
      "METHOD_NOT_ALLOWED",
      `\`${context.req.method.slice(0, 16)}\` is not possible here; use ${allowed.join(" or ")}`,
      {
        headers: { Allow: allowed.join(", ") },
      },
    ),
  );
