import type { ApiError } from "../errors";
import type { Page } from "../store/page";

/** `{data: …}`. */
export const item = (data: unknown, status = 200): Response => Response.json({ data }, { status });

/** `{data: […], meta: {total, nextCursor?}}`. */
export const list = <T>({ items, ...meta }: Page<T>): Response => Response.json({ data: items, meta });

/** `{error: {code, message, fields?}}`. */
export function errorResponse(error: ApiError): Response {
  const { code, message, fields, status, headers } = error;
  return Response.json({ error: { code, message, ...(fields.length > 0 ? { fields } : {}) } }, { status, headers });
}
