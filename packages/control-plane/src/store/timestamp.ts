const shape = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const firstMs = Date.parse("0001-01-01T00:00:00Z");
const endMs = Date.parse("9999-12-31T23:59:59.999Z");

/** True for an RFC 3339 date and time that exists, in the years 1 to 9999 whatever its offset. */
export function isTimestamp(text: string): boolean {
  const ms = shape.test(text) ? Date.parse(text) : Number.NaN;
  return ms >= firstMs && ms <= endMs;
}
