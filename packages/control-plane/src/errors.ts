import type { CompileProblem } from "@holdpoint/core";
import { type ApiErrorCode, apiErrors } from "./gen/constants";

/** A failure that the caller is told of, as it will stand in the answer. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly fields: readonly CompileProblem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ApiErrorCode,
    message: string,
    details: { readonly fields?: readonly CompileProblem[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.fields = details.fields ?? [];
    this.headers = details.headers ?? {};
  }

  get status(): number {
    return apiErrors[this.code];
  }
}

/** A request that is wrong in one place. */
export const invalid = (pointer: string, message: string, suggestion?: string): ApiError =>
  invalidFields([{ pointer, message, ...(suggestion === undefined ? {} : { suggestion }) }]);

/** A request that is wrong in several places; the message names the first. */
export function invalidFields(fields: readonly CompileProblem[]): ApiError {
  const first = fields[0];
  const more = fields.length > 1 ? `, and ${fields.length - 1} more` : "";
  const place = first?.pointer ? `\`${first.pointer.slice(0, 128)}\`: ` : "";
  return new ApiError("VALIDATION_ERROR", `${place}${first?.message ?? "the request is not valid"}${more}`, { fields });
}

export const notFound = (what: string): ApiError => new ApiError("NOT_FOUND", `no such ${what}`);
