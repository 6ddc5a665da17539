import { openEventStream } from "../event-stream";
import { apiPrefix, type KeyRoute } from "../route";

const bundle: KeyRoute = {
  method: "GET",
  path: `${apiPrefix}/sdk/bundle`,
  access: "any",
  async handle({ services, caller, header }) {
    const { etag, signed } = await services.snapshots.get(caller.organizationId, caller.bundleVersion);
    const headers = { ETag: etag, "Cache-Control": "private, no-cache" };
    if (matchesEtag(header("if-none-match"), etag)) return new Response(null, { status: 304, headers });
    return Response.json(signed, { headers });
  },
};

const stream: KeyRoute = {
  method: "GET",
  path: `${apiPrefix}/sdk/stream`,
  access: "any",
  handle: async ({ services, caller }) => openEventStream(services, caller),
};

/** RFC 9110: a list of tags, weak ones compared by what is quoted, or `*`. */
function matchesEtag(header: string | undefined, etag: string): boolean {
  return (header ?? "").split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*");
}

export const sdkRoutes = [bundle, stream];
