import { createTextDetector, type Detector } from "../../packages/cli/src/index";

export interface HostileTimes {
  readonly name: string;
  readonly times: readonly { readonly detectors: string; readonly ms: number }[];
}

const length = 40_000;
const repeat = (part: string): string => part.repeat(Math.ceil(length / part.length)).slice(0, length);

/** Texts on which detectors of others stand still: long runs that almost match, again and again. */
const texts: Readonly<Record<string, string>> = {
  "a.a.a.": repeat("a.a."),
  "1-1-1-": repeat("1-1-"),
  "password and blanks": `password${" ".repeat(length - 8)}`,
  AAAA: repeat("A"),
  "http://a.a.a.": `http://${repeat("a.")}`.slice(0, length),
  "a@a@a@": repeat("a@"),
  "1 1 1 1": repeat("1 "),
  "token=": repeat("token="),
  "key=a1b2c3 ": repeat("api_key=a1b2c3d4 "),
  "eyJh.eyJh.": repeat("eyJhbGciOi."),
  "ignore all ": repeat("ignore all "),
  "<!-- ": repeat("<!-- "),
};
const lanes: readonly (readonly Detector[])[] = [["injection"], ["pii"], ["secrets"], ["injection", "pii", "secrets"]];

/** The least time of ten runs after thirty to warm up, for each lane: what a process in service takes. */
export function measureHostile(): HostileTimes[] {
  const detectors = lanes.map((lane) => createTextDetector({ detectors: lane }));
  return Object.entries(texts).map(([name, text]) => ({
    name,
    times: detectors.map((detect, lane) => {
      for (let run = 0; run < 30; run++) detect(text);
      let ms = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 10; run++) {
        const start = performance.now();
        detect(text);
        ms = Math.min(ms, performance.now() - start);
      }
      return { detectors: lanes[lane]?.join(" ") ?? "", ms };
    }),
  }));
}
