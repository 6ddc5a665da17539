import type { Disguise } from "./obfuscate";

/** ASCII letters moved by their place in the alphabet. */
export const mapLetters = (text: string, move: (at: number) => number): string =>
  text.replace(/[A-Za-z]/g, (one) => {
    const first = one < "a" ? 65 : 97;
    return String.fromCharCode(first + move(one.charCodeAt(0) - first));
  });

export const readPairs = (from: string, to: string): Readonly<Record<string, string>> => {
  const targets = [...to];
  return Object.fromEntries([...from].map((one, at) => [one, targets[at] ?? one]));
};

export function splitInto<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size));
  return parts;
}

/** Signs between the letters of words. */
export const strewSigns =
  (signs: readonly string[]): Disguise =>
  (text) =>
    [...text].map((one, at) => (/\s/u.test(one) ? one : one + signs[at % signs.length])).join("");
