/** Says how far a long reading has come, and takes back what it said. */
export interface ProgressLine {
  say(done: number): void;
  clear(): void;
}

/** Nothing is said before, nor more often. */
const everyMs = 1_000;

/**
 * One line of a terminal, written over again each second: only where somebody looks at it, and never between findings (whoever prints
 * clears it first).
 */
export function createProgressLine(
  total: number,
  { stream = process.stderr, now = Date.now }: { stream?: NodeJS.WriteStream; now?: () => number } = {},
): ProgressLine {
  let last = now();
  let isShown = false;
  return {
    say(done) {
      if (!stream.isTTY || now() - last < everyMs) return;
      last = now();
      isShown = true;
      stream.write(`\r${Math.floor((100 * done) / Math.max(1, total))} % of ${writeSize(total)} looked at\u001b[K`);
    },
    clear() {
      if (isShown) stream.write("\r\u001b[K");
      isShown = false;
    },
  };
}

const writeSize = (characters: number): string =>
  characters < 1_000_000
    ? `${Math.ceil(characters / 1_000)} thousand characters`
    : `${(characters / 1_000_000).toFixed(1)} million characters`;
