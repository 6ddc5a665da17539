import { forgetStates, widenTable } from "./automaton-states";
import { type PatternHandle, recompile } from "./compile-pattern";
import type { FilterPlan } from "./filter-plan";
import { createLazyAutomaton, type LazyAutomaton } from "./lazy-automaton";
import { createLiteralGates, type LiteralGates } from "./literal-gates";
import { foundHere, lookAhead, lookBack, maxBack, undecided } from "./look-around";
import { beginsInGap, countAhead, countBack } from "./look-counting";
import { createGroup, groupBytes, type SearchGroup, scanGroup } from "./native-engine";
import { reverseProgram } from "./program";

/** Searches single patterns around places, each with automata of its own that are made when they are first wanted. */
export interface SecondLooks {
  /** Forgets what is known of the text before. */
  begin(): void;
  /**
   * True when the pattern matches somewhere in the text and was not found in it yet; surely so when a match holds a literal of its
   * part that begins at `place`. Places come in ascending order.
   */
  finds(text: string, pattern: number, place: number): boolean;
  /** The same for all matches that begin from `from` on, up to `to`. */
  findsFrom(text: string, pattern: number, from: number, to: number): boolean;
  /** Makes the gate of a literal of the pattern's part (see `gates`). */
  makeGate(pattern: number, literal: ArrayLike<number>): number;
  readonly gates: LiteralGates;
  groups(): SearchGroup[];
  /** Makes room when less is left for looks than they take. */
  fit(): void;
  bytes(): number;
}

interface Look {
  readonly group: SearchGroup;
  /** True when the automata count gaps. */
  readonly counts: boolean;
  /** Made when such a pattern has to be looked for in a whole text. */
  written: SearchGroup | undefined;
  /** For patterns whose part is near their end and far from their beginning. */
  readonly backward: LazyAutomaton | undefined;
  /** All it occupies, and its states alone, when last counted. */
  bytes: number;
  stateBytes: number;
  lastUsed: number;
  /** How many short texts it read as a whole. */
  scans: number;
}

/** One automaton may take so much of what all have; full caches are emptied and filled again. */
const lookShare = 1 / 32;
/** In a small set one may take more than that, but no more than this. */
const smallShare = 1 / 8;
const smallBytes = 1 << 18;
/** What may stand beside literals may take so much. */
const gateShare = 1 / 16;
/** Room made when all is taken, so that it is not made for every text: first states go, then programs too. */
const statesLeft = 0.92;
const allLeft = 0.96;

/** Shorter texts are read without lanes, whose rows are twice as long (`widenTable`), by what is not wanted again and again. */
const shortText = 512;
const fewScans = 64;

/** A text is longer than this nowhere, so nothing more is looked for once a place is past it. */
const decided = 0x7fffffff;

/** `maxBytes` is what all automata together may ever have, `limit` tells what of it is theirs now; `grown` is called when they took more. */
export function createSecondLooks(
  patterns: readonly PatternHandle[],
  { leads, trails }: Pick<FilterPlan, "leads" | "trails">,
  maxBytes: number,
  limit: () => number,
  grown: () => void,
): SecondLooks {
  const looks: (Look | undefined)[] = new Array(patterns.length).fill(undefined);
  /** By pattern: up to where all beginnings are decided, in the text that carries the stamp. */
  const decidedTo = new Int32Array(patterns.length);
  const stamps = new Int32Array(patterns.length);
  const gates = createLiteralGates(Math.floor(maxBytes * gateShare));
  /** What one automaton may take. */
  const mostBytes = Math.floor(Math.max(maxBytes * lookShare, Math.min(maxBytes * smallShare, smallBytes)));
  let stamp = 0;
  let bytes = 0;
  let clock = 0;

  const createLook = (pattern: number): Look => {
    const { searchTree, usesBytes } = recompile(patterns[pattern]!);
    const looksBack = leads[pattern]! < 0 && trails[pattern]! >= 0;
    const scans = leads[pattern]! < 0 && !looksBack;
    const make = (counts: boolean): Look => {
      const group = createGroup([searchTree], usesBytes, mostBytes, true, counts);
      const { program } = group.automaton;
      const reversed = looksBack ? reverseProgram(program) : undefined;
      // Counts would begin anew with every character.
      if (beginsInGap(program) || (reversed !== undefined && beginsInGap(reversed))) return make(false);
      const options = { anywhere: true, backward: true, maxBytes: mostBytes, isNarrow: true };
      const backward = reversed && createLazyAutomaton(reversed, group.classes, options);
      const isCounting = program.gaps.length > 0;
      return {
        group,
        counts: isCounting,
        written: undefined,
        backward,
        bytes: 0,
        stateBytes: 0,
        lastUsed: 0,
        scans: 0,
      };
    };
    return make(!scans && !usesBytes);
  };

  const stateBytes = ({ group, written, backward }: Look): number =>
    group.automaton.bytes + (written?.automaton.bytes ?? 0) + (backward?.bytes ?? 0);
  const lookBytes = ({ group, written, backward }: Look): number =>
    groupBytes(group) +
    (written === undefined ? 0 : groupBytes(written)) +
    (backward === undefined ? 0 : backward.bytes + backward.work.bytes + backward.program.bytes);

  const count = (look: Look): void => {
    const now = lookBytes(look);
    bytes += now - look.bytes;
    look.bytes = now;
    look.stateBytes = stateBytes(look);
  };

  /** A program costs far more to make than the states that a text needs, so states go first. */
  const makeRoom = (): void => {
    const most = limit() - gates.bytes();
    const oldest = [...looks.entries()].flatMap(([pattern, look]) => (look === undefined ? [] : [{ pattern, look }]));
    oldest.sort((a, b) => a.look.lastUsed - b.look.lastUsed);
    // What was used of late keeps its states: the next text will want them.
    for (const { look } of oldest.slice(0, (oldest.length * 3) >> 2)) {
      if (bytes <= most * statesLeft) return;
      if (look.stateBytes === 0) continue;
      forgetStates(look.group.automaton);
      look.written = undefined;
      if (look.backward !== undefined) forgetStates(look.backward);
      count(look);
    }
    for (const { pattern, look } of oldest) {
      if (bytes <= most * allLeft) return;
      looks[pattern] = undefined;
      bytes -= look.bytes;
    }
  };

  /** Returns `foundHere`, or that all beginnings are decided. */
  const scanAll = (look: Look, pattern: number, text: string): number => {
    let { group } = look;
    const { length } = text;
    if (length < shortText && group.automaton.isNarrow && look.scans++ < fewScans) {
      const result = (look.counts ? countAhead : lookAhead)(group.automaton, text, 0, length);
      if (result !== undecided) return result;
    }
    if (look.counts) {
      const { searchTree } = recompile(patterns[pattern]!);
      group = look.written ??= createGroup([searchTree], false, mostBytes, true);
    }
    widenTable(group.automaton);
    scanGroup(group, text);
    return group.findings.list.length > 0 ? foundHere : decided;
  };

  /** Returns `foundHere` or the place up to which all beginnings are decided. */
  const lookFrom = (look: Look, pattern: number, text: string, from: number, place: number): number => {
    const result = (look.counts ? countAhead : lookAhead)(look.group.automaton, text, from, place);
    // When the cache thrashes, a plain scan knows how to do without.
    return result === undecided ? scanAll(look, pattern, text) : result;
  };

  const lookOf = (pattern: number): Look => {
    const look = (looks[pattern] ??= createLook(pattern));
    look.lastUsed = ++clock;
    return look;
  };

  const fit = (): void => {
    if (bytes > limit() - gates.bytes()) makeRoom();
  };

  const weigh = (look: Look): void => {
    if (stateBytes(look) === look.stateBytes) return;
    count(look);
    fit();
    grown();
  };

  const settle = (look: Look, pattern: number, result: number): boolean => {
    stamps[pattern] = stamp;
    decidedTo[pattern] = result === foundHere ? decided : result;
    weigh(look);
    return result === foundHere;
  };

  return {
    begin() {
      if (++stamp === decided) {
        stamp = 1;
        stamps.fill(0);
      }
    },
    finds(text, pattern, place) {
      const known = stamps[pattern] === stamp ? decidedTo[pattern]! : 0;
      if (place < known) return false;
      const look = lookOf(pattern);
      const lead = leads[pattern]!;
      let result: number;
      if (look.backward === undefined) {
        // Where a match may begin anywhere before, lanes read all of it sooner than looks do.
        result =
          lead < 0 ? scanAll(look, pattern, text) : lookFrom(look, pattern, text, Math.max(known, place - lead), place);
      } else {
        // One to the right goes on where the one before ended, and what it reads is never read again.
        const goesOn = known > 0 && place - known <= maxBack;
        result = goesOn
          ? undecided
          : (look.counts ? countBack : lookBack)(look.backward, text, place + trails[pattern]!, place);
        // What a look to the left denies says nothing about other places.
        if (result === undecided) result = lookFrom(look, pattern, text, known, place);
        else if (result !== foundHere) result = known;
      }
      return settle(look, pattern, result);
    },
    findsFrom(text, pattern, from, to) {
      const known = stamps[pattern] === stamp ? decidedTo[pattern]! : 0;
      if (to <= known) return false;
      const look = lookOf(pattern);
      return settle(look, pattern, lookFrom(look, pattern, text, Math.max(known, from), to));
    },
    makeGate(pattern, literal) {
      const look = lookOf(pattern);
      const { automaton, classes } = look.group;
      // A part's lead and its trail may be those of two places, as in `(?:[a-z]{0,4}:){3}`: looks and gates go by one of them.
      const lead = leads[pattern]!;
      const gate = gates.make(automaton.program, classes, literal, lead, lead < 0 ? trails[pattern]! : -1);
      weigh(look);
      return gate;
    },
    gates,
    fit,
    bytes: () => bytes + gates.bytes(),
    groups: () => looks.flatMap((look) => (look === undefined ? [] : [look.group])),
  };
}
