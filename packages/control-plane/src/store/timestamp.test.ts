import { expect, test } from "vitest";
import { isTimestamp } from "./timestamp";

test.each([
  "2026-01-02T03:04:05Z",
  "2026-01-02t03:04:05.123456789z",
  "2026-01-02T03:04:05+14:00",
  "0001-01-01T00:00:00Z",
])("%s is a timestamp", (text) => expect(isTimestamp(text)).toBe(true));

test.each([
  "",
  "2026-01-02",
  "2026-01-02 03:04:05Z",
  "2026-01-02T03:04:05",
  "2026-13-01T00:00:00Z",
  "2026-01-32T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00+10:00",
  "9999-12-31T23:59:59-10:00",
  "+012026-01-01T00:00:00Z",
  "now",
])("`%s` is none", (text) => expect(isTimestamp(text)).toBe(false));
