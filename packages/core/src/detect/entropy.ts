const fraction = 1 << 24;

/** `log2(n)` in 65536ths, rounded down; by squaring whole numbers, so that every language gets the same. */
function log2Of(n: number): number {
  let whole = 0;
  for (let rest = n; rest > 1; rest = Math.floor(rest / 2)) whole++;
  let mantissa = Math.floor((n * fraction) / 2 ** whole);
  let result = whole;
  for (let bit = 0; bit < 16; bit++) {
    mantissa = Math.floor((mantissa * mantissa) / fraction);
    result *= 2;
    if (mantissa < 2 * fraction) continue;
    mantissa = Math.floor(mantissa / 2);
    result++;
  }
  return result;
}

/** Of a longer text, the beginning is measured. */
const longest = 256;
let logs: readonly number[] | undefined;

/** `log2(n)` in 65536ths for n from 1 to 256. */
export function log2Fixed(n: number): number {
  logs ??= Array.from({ length: longest + 1 }, (_, index) => (index === 0 ? 0 : log2Of(index)));
  return logs[Math.min(n, longest)] ?? 0;
}

/** How often each ASCII character stands in the text of now; zeros between texts. */
const asciiCounts = new Uint16Array(128);

/** Shannon's entropy of a text's characters in thousandths of a bit, rounded down (SPECIFICATION T-51); whole numbers only. */
export function measureEntropy(text: string): number {
  const most = Math.min(text.length, longest);
  let at = 0;
  while (at < most && text.charCodeAt(at) < 128) at++;
  if (at < most) return measureAny(text);
  for (at = 0; at < most; at++) asciiCounts[text.charCodeAt(at)]! += 1;
  let sum = most * log2Fixed(most);
  for (at = 0; at < most; at++) {
    const unit = text.charCodeAt(at);
    const count = asciiCounts[unit]!;
    if (count > 0) sum -= count * log2Fixed(count);
    asciiCounts[unit] = 0;
  }
  return most === 0 ? 0 : Math.floor((sum * 1000) / (most * 65536));
}

function measureAny(text: string): number {
  const counts = new Map<string, number>();
  let length = 0;
  for (const char of text) {
    if (length === longest) break;
    counts.set(char, (counts.get(char) ?? 0) + 1);
    length++;
  }
  if (length === 0) return 0;
  let sum = length * log2Fixed(length);
  for (const count of counts.values()) sum -= count * log2Fixed(count);
  return Math.floor((sum * 1000) / (length * 65536));
}
