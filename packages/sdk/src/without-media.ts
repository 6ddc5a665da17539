import { limits } from "@holdpoint/core";

/**
 * How files begin that hold no text, in base64: PNG, JPEG, GIF, RIFF (WebP, WAV), TIFF, ISO media (MP4, HEIC, AVIF), MP3,
 * Ogg, Matroska, PDF.
 */
const beginnings =
  /^(?:iVBORw0KGgo|\/9j\/|R0lGOD|UklGR|SUkqA|TU0AK|AAAA[A-Za-z]GZ0eX|SUQz|\/\/[I-Ps-v]|T2dnUw|GkXfo|JVBERi)/;
const base64 = /^[A-Za-z0-9+/]{64,}={0,2}$/;
/** Bytes hold hardly any: a sentence that begins like a file has a word between any two strokes. */
const words = /[+/][A-Z]?[a-z]+(?=[+/])/g;
const dataUrl = /^data:[^,]{0,200};base64,/;

/** True for a picture, a sound, a film or a PDF in base64, bare or as a data URL: told by what it is, not by what it is called. */
function isMedia(text: string): boolean {
  const start = text.startsWith("data:") ? (dataUrl.exec(text)?.[0].length ?? 0) : 0;
  if (!beginnings.test(text.slice(start, start + 16))) return false;
  const bytes = text.slice(start);
  return base64.test(bytes) && (bytes.match(words)?.length ?? 0) <= 3 + bytes.length / 500;
}

/**
 * A value as policies are to read it: pictures, sounds, films and PDFs in base64 are no texts, and are left empty. The same
 * value when it holds none. Pointers into the one are pointers into the other. What is nested too deep, or holds itself, stays
 * as it is there: policies refuse it.
 */
export const withoutMedia = (value: unknown): unknown => readValue(value, 0, new Map());

function readValue(value: unknown, depth: number, known: Map<object, unknown>): unknown {
  if (typeof value === "string") return isMedia(value) ? "" : value;
  if (typeof value !== "object" || value === null || depth > limits.maxDepth) return value;
  if (known.has(value)) return known.get(value);
  known.set(value, value);
  const read = readMembers(value, depth + 1, known);
  known.set(value, read);
  return read;
}

function readMembers(value: object, depth: number, known: Map<object, unknown>): unknown {
  if (Array.isArray(value)) {
    const members = value.map((member) => readValue(member, depth, known));
    return members.every((member, index) => member === value[index]) ? value : members;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const entries = Object.entries(value);
  const read = entries.map(([name, member]) => [name, readValue(member, depth, known)] as const);
  return read.every(([, member], index) => member === entries[index]?.[1]) ? value : Object.fromEntries(read);
}
