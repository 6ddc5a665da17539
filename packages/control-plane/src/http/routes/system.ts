import type { PublicRoute } from "../route";

const health: PublicRoute = {
  method: "GET",
  path: "/health",
  access: "public",
  handle: () => Response.json({ status: "ok" }),
};

/** Ready means: the database answers and the server is not closing. */
const ready: PublicRoute = {
  method: "GET",
  path: "/ready",
  access: "public",
  async handle({ services }) {
    const unready = (reason: string) => Response.json({ status: "unavailable", reason }, { status: 503 });
    if (services.closing.aborted) return unready("the server is closing");
    try {
      await services.database.query("SELECT 1 FROM holdpoint.migrations LIMIT 1");
      return Response.json({ status: "ready" });
    } catch {
      return unready("the database does not answer");
    }
  },
};

const metrics: PublicRoute = {
  method: "GET",
  path: "/metrics",
  access: "public",
  async handle({ services }) {
    const { text, contentType } = await services.metrics.render();
    return new Response(text, { headers: { "Content-Type": contentType } });
  },
};

const jwks: PublicRoute = {
  method: "GET",
  path: "/.well-known/jwks.json",
  access: "public",
  handle({ services }) {
    const { publicJwk, previous, endorsements } = services.signingKey;
    const keys = [publicJwk, ...(previous ? [previous.publicJwk] : [])];
    const body = { keys, ...(endorsements.length > 0 ? { endorsements } : {}) };
    return Response.json(body, { headers: { "Cache-Control": "public, max-age=300" } });
  },
};

export const systemRoutes = [health, ready, metrics, jwks];
