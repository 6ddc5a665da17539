/** A label in punycode (RFC 3492); undefined for what is no text (a lone surrogate) or longer than a label may be. */
export function encodePunycode(label: string): string | undefined {
  const points = [...label].map((char) => char.codePointAt(0) as number);
  if (points.length > 63 || points.some((point) => point >= 0xd800 && point <= 0xdfff)) return undefined;
  const basic = points.filter((point) => point < 0x80);
  let output = String.fromCharCode(...basic);
  if (basic.length > 0) output += "-";
  let [n, delta, bias, handled] = [0x80, 0, 72, basic.length];
  while (handled < points.length) {
    const next = Math.min(...points.filter((point) => point >= n));
    delta += (next - n) * (handled + 1);
    n = next;
    for (const point of points) {
      if (point < n) delta++;
      if (point !== n) continue;
      output += encodeDelta(delta, bias);
      bias = adapt(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
  return output;
}

function encodeDelta(delta: number, bias: number): string {
  let output = "";
  let q = delta;
  for (let k = 36; ; k += 36) {
    const t = Math.min(26, Math.max(1, k - bias));
    if (q < t) return output + digit(q);
    output += digit(t + ((q - t) % (36 - t)));
    q = Math.floor((q - t) / (36 - t));
  }
}

const digit = (value: number): string => String.fromCharCode(value < 26 ? value + 97 : value + 22);

function adapt(delta: number, points: number, first: boolean): number {
  let d = first ? Math.floor(delta / 700) : delta >> 1;
  d += Math.floor(d / points);
  let k = 0;
  for (; d > 455; k += 36) d = Math.floor(d / 35);
  return k + Math.floor((36 * d) / (d + 38));
}
