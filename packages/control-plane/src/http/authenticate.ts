import { limits } from "@holdpoint/core";
import { findKeyHolder, type KeyHolder } from "../admin/api-keys";
import { ApiError } from "../errors";
import { type Access, accessRoles } from "./route";
import type { Services } from "./services";

/** The holder of the key in `X-API-Key` or `Authorization: Bearer`, with the key; refused when it may not do this. */
export async function authenticate(
  services: Services,
  headers: Headers,
  access: Access,
  now: Date,
): Promise<KeyHolder & { readonly key: string }> {
  const key = readKey(headers);
  const holder =
    key === undefined || key.length > limits.maxApiKeyChars
      ? undefined
      : await findKeyHolder(services.database, services.keySecret, key, now);
  if (key === undefined || !holder) {
    services.metrics.refusedKeys.inc();
    throw new ApiError(
      "UNAUTHENTICATED",
      key === undefined
        ? "an api key is needed: send it in `X-API-Key` or as `Authorization: Bearer`"
        : "the api key is unknown, expired or revoked",
      { headers: { "WWW-Authenticate": "Bearer" } },
    );
  }
  const waitSeconds = services.rateLimiter.take(holder.keyId, now.getTime());
  if (waitSeconds > 0) {
    services.metrics.rateLimited.inc();
    throw new ApiError("RATE_LIMITED", `too many requests with this key; try again in ${waitSeconds} s`, {
      headers: { "Retry-After": String(waitSeconds) },
    });
  }
  const allowed = accessRoles[access];
  if (!allowed.includes(holder.role)) {
    throw new ApiError(
      "FORBIDDEN",
      `a key with the role \`${holder.role}\` may not do this; it needs ${listRoles(allowed)}`,
    );
  }
  return { ...holder, key };
}

function readKey(headers: Headers): string | undefined {
  const own = headers.get("x-api-key")?.trim();
  if (own) return own;
  return /^bearer\s+(\S+)\s*$/i.exec(headers.get("authorization") ?? "")?.[1];
}

const listRoles = (roles: readonly string[]): string => roles.map((role) => `\`${role}\``).join(" or ");
