import { type Decision, limits, type Replacement, type StreamNeeds, streams } from "@holdpoint/core";
import { EnforcementUnavailableError } from "../gen/errors";
import { findSettled, keepsPair } from "./find-settled";
import { flattenEdits, type Piece, renderText } from "./render-text";

/** What the policies say about the text so far. */
export interface Judgement {
  readonly decision: Decision;
  readonly edits: readonly Replacement[];
  readonly needs: StreamNeeds;
}

/** A text that is let out as it is judged. Offsets are UTF-16 code units from its beginning. */
export interface TextFlow {
  add(text: string): void;
  /**
   * Judges, when that is due. `cut`: what has been found stands, so the stream has to end. Throws
   * EnforcementUnavailableError when text that has gone out is judged differently now (SPECIFICATION F-1).
   */
  advance(): "go" | "cut";
  /** Goes on after a cut that the decision did not bear out: an agent was resumed, a policy lifted. Throws as `advance` does. */
  resume(): void;
  /** All may go out, as the decision on the whole text says. Throws as `advance` does. */
  finish(decision: Decision): void;
  /** The text of a part that may go out, everything replaced in it. */
  render(from: number, to: number): string;
  readonly text: string;
  /** Up to where text may go out. */
  readonly releasedTo: number;
}

interface Suspicion {
  readonly since: number;
  readonly policies: ReadonlySet<string>;
}

export function createTextFlow(judge: (text: string) => Judgement, wantedHoldBack: number): TextFlow {
  let text = "";
  let releasedTo = 0;
  let pieces: readonly Piece[] = [];
  let past: Past = { to: 0, pieces: [] };
  let suspicion: Suspicion | undefined;
  let last = judge(text);
  let judgedTo = 0;
  // Where only what stands in the text matters, what blocks before there is any blocks it all.
  let isRefused = !last.needs.whole && last.decision.violations.some(blocks);
  const isPaused = (): boolean => last.decision.verdict === "paused";
  const holdBack = (): number => Math.max(last.needs.holdBack, wantedHoldBack);

  const isDue = (): boolean => {
    if (text.length > limits.maxTextChars) return true;
    if (last.needs.whole || text.length <= holdBack()) return false;
    return text.length - judgedTo >= Math.max(streams.step, judgedTo / streams.stepShare);
  };
  const judgeNow = (): void => {
    const planBefore = last.decision.planDigest;
    last = judge(text);
    judgedTo = text.length;
    if (isPaused()) return;
    if (planBefore !== last.decision.planDigest) past = { to: releasedTo, pieces: before(pieces, releasedTo) };
    const now = joinPast(past, flattenEdits(last.edits));
    if (!areSame(before(now, releasedTo), before(pieces, releasedTo))) throw changed();
    pieces = now;
  };
  /** True when a policy that blocks has gone on finding something for as long as text is held back. */
  const hasStood = (): boolean => {
    const policies = new Set(last.decision.violations.filter(blocks).map(({ policyId }) => policyId));
    const same = [...(suspicion?.policies ?? [])].filter((id) => policies.has(id));
    if (policies.size === 0) suspicion = undefined;
    else if (!suspicion || same.length === 0) suspicion = { since: text.length, policies };
    else suspicion = { since: suspicion.since, policies: new Set(same) };
    return suspicion !== undefined && text.length - suspicion.since >= holdBack();
  };
  const release = (): void => {
    if (last.needs.whole) return;
    let to = Math.min(findSettled(text) - holdBack(), findFirst(last.decision, text, releasedTo));
    for (let moved = true; moved; ) {
      moved = false;
      for (const { start, end } of last.edits)
        if (start < to && to < end) {
          to = start;
          moved = true;
        }
    }
    releasedTo = Math.max(releasedTo, keepsPair(text, to));
  };

  return {
    get text() {
      return text;
    },
    get releasedTo() {
      return releasedTo;
    },
    add(more) {
      text += more;
    },
    advance() {
      if (isPaused() || isRefused) return "cut";
      if (!isDue()) return "go";
      judgeNow();
      if (isPaused() || text.length > limits.maxTextChars || hasStood()) return "cut";
      release();
      return "go";
    },
    resume() {
      suspicion = undefined;
      isRefused = false;
      judgeNow();
    },
    finish(decision) {
      judgeNow();
      const wanted = decision.transforms.find(({ path }) => path === "/output")?.text ?? text;
      const whole = flattenEdits(last.edits);
      if (isPaused()) throw changed();
      if (renderText(text, whole, 0, text.length) !== wanted) {
        if (releasedTo > 0) throw changed();
        // The decision knows what own validators have said, and policies may depend on it (SPEC F-11).
        pieces = [{ start: 0, end: text.length, text: wanted }];
      }
      releasedTo = text.length;
    },
    render: (from, to) => renderText(text, pieces, from, to),
  };
}

const blocks = ({ enforcementMode }: Decision["violations"][number]): boolean => enforcementMode === "block";
const stops = ({ enforcementMode }: Decision["violations"][number]): boolean =>
  enforcementMode === "block" || enforcementMode === "require_approval";

/** Where the first evidence begins of what stops the step; what has none stops all that has not gone out yet. */
function findFirst({ violations }: Decision, text: string, releasedTo: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { evidence } of violations.filter(stops)) {
    const starts = evidence.flatMap(({ path, start }) => (path === "/output" && start !== undefined ? [start] : []));
    first = Math.min(first, starts.length === 0 ? releasedTo : toUnits(text, Math.min(...starts)));
  }
  return first;
}

/** Evidence counts code points. */
function toUnits(text: string, codePoints: number): number {
  let at = 0;
  for (let left = codePoints; left > 0 && at < text.length; left--) {
    const unit = text.charCodeAt(at);
    at += unit >= 0xd800 && unit <= 0xdbff ? 2 : 1;
  }
  return at;
}

/** What went out under plans that are no longer in force: it stands, whatever is found there now. */
interface Past {
  readonly to: number;
  readonly pieces: readonly Piece[];
}

const joinPast = ({ to, pieces }: Past, now: readonly Piece[]): readonly Piece[] =>
  to === 0
    ? now
    : [...pieces, ...now.flatMap((one) => (one.end > to ? [{ ...one, start: Math.max(one.start, to) }] : []))];

const before = (pieces: readonly Piece[], place: number): readonly Piece[] =>
  pieces.filter(({ start }) => start < place);

function areSame(some: readonly Piece[], others: readonly Piece[]): boolean {
  return some.length === others.length && some.every((piece, index) => isSame(piece, others[index]));
}

const isSame = (a: Piece, b: Piece | undefined): boolean =>
  a.start === b?.start && a.end === b.end && a.text === b.text;

const changed = (): EnforcementUnavailableError =>
  new EnforcementUnavailableError(
    "text of the stream that has gone out is judged differently now: give a longer `holdBack`",
  );
