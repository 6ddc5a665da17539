import { type Check, digitsOf, isDay } from "./digits";

export const peopleChecks: Readonly<Record<string, Check>> = {
  /** Digits of at least three kinds: `600-000-000` is what people write for no number at all. */
  varied(value) {
    return new Set(digitsOf(value)).size >= 3;
  },

  /**
   * Three numbers, of which one can be a month and one a day of it, in either order; the year stands first or last, with four
   * digits (1890 to 2100) or last with fewer (forms of ISO 8601 and of everyday writing).
   */
  date(value) {
    const parts = value.match(/[0-9]+/g) ?? [];
    const lengths = parts.map((part) => (part.length === 4 ? "Y" : part.length < 3 ? "n" : "-")).join("");
    if (!/^(?:Ynn|nnY|nnn)$/.test(lengths)) return false;
    const [year = 0, a = 0, b = 0] = (lengths === "Ynn" ? parts : [parts[2], parts[0], parts[1]]).map(Number);
    return (lengths === "nnn" || (year >= 1890 && year <= 2100)) && (isDay(a, b) || isDay(b, a));
  },
};
