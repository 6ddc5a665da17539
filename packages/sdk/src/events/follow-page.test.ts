import { describe, expect, it } from "vitest";
import { defaults } from "../gen/constants";
import type { Page, PlatformClock } from "../platform/platform";
import type { DroppedEvent } from "../types";
import { createDropCounter } from "./drop-counter";
import { createEventLane } from "./event-lane";
import { createEventQueue } from "./event-queue";
import { followPage } from "./follow-page";
import type { SendOutcome } from "./ingest-transport";
import { createMemoryStore } from "./memory-store";
import { createUnsentReport } from "./own-trace";
import { createTextWriter } from "./write-text";

/** A clock whose timers fire when the test says so. */
function createHandClock(): PlatformClock & { advance(ms: number): Promise<void> } {
  let now = 1_000_000;
  let timers: { at: number; run: () => void }[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    schedule(run, delayMs) {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const end = now + ms;
      for (await turn(); ; await turn()) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        timers = timers.filter((other) => other !== next);
        next.run();
      }
      now = end;
    },
  };
}

/** What pages of one site share: the notes, and the time. */
function createSite() {
  return { clock: createHandClock(), notes: new Map<string, string>() };
}

interface Request {
  readonly texts: readonly string[];
  readonly isLast: boolean;
  answer(outcome?: SendOutcome): Promise<void>;
}

let ids = 0;

/** A page with a client, before a server that answers when the test says so. */
function openPage({ clock, notes }: ReturnType<typeof createSite>, identity = "org") {
  const requests: Request[] = [];
  const dropped: DroppedEvent[] = [];
  const drops = createDropCounter(clock, (event) => dropped.push(event));
  const platform = { clock, crypto: { randomUuid: () => `id-${++ids}`, random: () => 0, verifyEd25519: never } };
  let openTraces = 0;
  let tell: ((isHidden: boolean) => void) | undefined;
  const page: Page = {
    onVisibility(run) {
      tell = run;
      return () => {
        tell = undefined;
      };
    },
    note: (name, text) => void (text === undefined ? notes.delete(name) : notes.set(name, text)),
    notes: () => Object.fromEntries(notes),
  };
  const lane = createEventLane({
    store: createMemoryStore(createEventQueue(1000, 10_000_000), createTextWriter(drops)),
    transport: {
      send: (texts, _, isLast = false) =>
        new Promise((resolve) => {
          const answer = async (outcome: SendOutcome = { kind: "sent", rejected: 0, refused: [] }): Promise<void> => {
            resolve(outcome);
            await new Promise((done) => setImmediate(done));
          };
          requests.push({ texts, isLast, answer });
        }),
    },
    drops,
    clock,
    random: () => 0,
    batchSize: 10,
    flushIntervalMs: 1000,
    authRetryMs: 15_000,
    requestMs: 10_000,
    page: { describeLeft: createUnsentReport(platform), openTraces: () => openTraces },
  });
  if (!lane.page) throw new Error("the lane knows of no page");
  const stop = followPage({ page, platform, lane: lane.page, drops, identity });
  return {
    requests,
    dropped,
    drops,
    lane,
    stop,
    hide: () => tell?.(true),
    show: () => tell?.(false),
    setOpen(count: number) {
      openTraces = count;
    },
    push: (...texts: string[]) => {
      for (const text of texts) lane.push({ sizeBytes: text.length, toJson: () => text });
    },
    /** What went out in requests that outlive the page, told of itself apart. */
    last: () => requests.filter(({ isLast }) => isLast).map(({ texts }) => texts.filter((text) => !isReport(text))),
    told: () => requests.flatMap(({ texts }) => texts.filter(isReport)).map(countOf),
    noted: () => [...notes.values()].map((text) => Number(text.split(" ")[0])),
  };
}

const never = (): Promise<boolean> => Promise.resolve(false);
const isReport = (text: string): boolean => text.includes('"spanType":"unsent"');
const countOf = (text: string): number => (JSON.parse(text) as { metadata: { count: number } }).metadata.count;
const big = (name: string, size: number): string => JSON.stringify(name + "x".repeat(size - name.length - 2));
const names = (texts: readonly string[]): string[] => texts.map((text) => text.slice(1, 2));

describe("a page that is hidden (S-28)", () => {
  it("sends what waits before the event is over, in a request that goes on without it", async () => {
    const page = openPage(createSite());
    page.push("1", "2");
    page.hide();
    expect(page.last()).toEqual([["1", "2"]]);
    expect([page.noted(), page.told()]).toEqual([[], []]);
    await page.requests[0]?.answer();
    expect([page.lane.sent(), page.lane.queued()]).toEqual([2, 0]);
  });

  it("sends nothing when nothing waits, and nothing twice when it is told twice", async () => {
    const page = openPage(createSite());
    page.hide();
    expect(page.requests).toEqual([]);
    page.push("1");
    page.hide();
    page.hide();
    expect(page.last()).toEqual([["1"]]);
  });

  it("sends again what is on its way in a request that ends with it", async () => {
    const site = createSite();
    const page = openPage(site);
    page.push("1");
    await site.clock.advance(1000);
    page.push("2");
    page.hide();
    expect(page.requests.map(({ texts, isLast }) => [texts, isLast])).toEqual([
      [["1"], false],
      [["1"], true],
      [["2"], true],
    ]);
    for (const request of page.requests) await request.answer();
    expect([page.lane.sent(), page.lane.queued()]).toEqual([2, 0]);
  });

  it("sends no more than such requests may hold, bytes and not characters, and notes the rest", () => {
    const page = openPage(createSite());
    const third = defaults.keepaliveBytes / 3;
    page.push(big("a", third), JSON.stringify(`b${"é".repeat(third - 1)}`), big("c", 100), big("d", third));
    page.hide();
    const [sent = []] = page.last();
    expect(names(sent)).toEqual(["a", "c"]);
    const bytes = page.last().map((texts) => (texts.length > 0 ? Buffer.byteLength(`{"traces":[${texts}]}`) : 0));
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(defaults.keepaliveBytes);
    expect([page.noted(), page.told()]).toEqual([[2], [2]]);
  });

  it("is not held up by one trace that is too large", () => {
    const page = openPage(createSite());
    page.push(big("a", 70_000));
    page.push("1", "2");
    page.hide();
    page.hide();
    expect(page.last()).toContainEqual(["1", "2"]);
    expect(page.noted()).toEqual([1]);
  });

  it("goes on sending what did not fit while it lives, then takes the note back and says so", async () => {
    const site = createSite();
    const page = openPage(site);
    page.push(big("a", 50_000), big("b", 50_000));
    page.hide();
    expect([page.noted(), page.told()]).toEqual([[1], [1]]);
    await site.clock.advance(0);
    for (const request of [...page.requests]) await request.answer();
    await site.clock.advance(0);
    expect(page.requests.map(({ isLast }) => isLast)).toEqual([true, true, false, true]);
    expect([page.lane.sent(), page.noted(), page.told()]).toEqual([2, [], [1, 0]]);
  });

  it("keeps what the server did not take, with its ids, until it is shown again", async () => {
    const site = createSite();
    const page = openPage(site);
    page.push("1");
    page.hide();
    await page.requests[0]?.answer({ kind: "retry", afterMs: 5000 });
    expect([page.lane.queued(), page.noted()]).toEqual([1, [1]]);
    page.show();
    expect(page.noted()).toEqual([]);
    await site.clock.advance(4999);
    expect(page.requests).toHaveLength(1);
    await site.clock.advance(1);
    expect(page.requests.at(-1)?.texts).toEqual(["1"]);
    await page.requests.at(-1)?.answer();
    expect([page.lane.sent(), page.lane.queued()]).toEqual([1, 0]);
  });

  it("notes also what it sends where the server has not been answering", async () => {
    const site = createSite();
    const page = openPage(site);
    page.push("1");
    await site.clock.advance(1000);
    await page.requests[0]?.answer({ kind: "retry", afterMs: 60_000 });
    page.hide();
    expect([page.last(), page.noted()]).toEqual([[["1"], []], [1]]);
    await page.requests[1]?.answer();
    expect([page.lane.sent(), page.noted()]).toEqual([1, []]);
  });

  it("notes what is recorded while it is hidden", async () => {
    const site = createSite();
    const page = openPage(site);
    page.hide();
    page.push("1", "2");
    expect(page.noted()).toEqual([2]);
    await site.clock.advance(1000);
    await page.requests.at(-1)?.answer();
    expect([page.lane.sent(), page.noted()]).toEqual([2, []]);
  });

  it("counts the traces that are still open, which end with it", () => {
    const page = openPage(createSite());
    page.setOpen(2);
    page.push("1");
    page.hide();
    expect([page.last(), page.noted(), page.told()]).toEqual([[["1"], []], [2], [2]]);
    page.setOpen(1);
    page.hide();
    expect([page.noted(), page.told()]).toEqual([[1], [2, 1]]);
    page.show();
    expect(page.noted()).toEqual([]);
  });

  it("takes back what it said of open traces when it is shown again", () => {
    const page = openPage(createSite());
    page.setOpen(1);
    page.hide();
    page.show();
    page.hide();
    page.show();
    expect([page.noted(), page.told()]).toEqual([[], [1, 0, 1, 0]]);
  });

  it("counts none twice that a request was given up for", async () => {
    const site = createSite();
    const page = openPage(site);
    page.push("1");
    void page.lane.flush(1000);
    await site.clock.advance(0);
    page.hide();
    await site.clock.advance(30_000);
    page.show();
    void page.lane.flush(1000);
    await site.clock.advance(0);
    for (const request of page.requests) await request.answer();
    page.push("2", big("3", 70_000));
    page.hide();
    expect([page.lane.sent(), page.noted(), page.told()]).toEqual([1, [1], [1]]);
  });

  it("halves a batch that is too large for the server, as ever", async () => {
    const site = createSite();
    const page = openPage(site);
    page.push("1", "2");
    page.hide();
    await page.requests[0]?.answer({ kind: "split" });
    await site.clock.advance(0);
    for (let next = 1; next < page.requests.length; next++) {
      await page.requests[next]?.answer();
      await site.clock.advance(0);
    }
    expect([page.lane.sent(), page.lane.queued()]).toEqual([2, 0]);
  });

  it("closes as ever: what is left is counted, and no note stays", async () => {
    const site = createSite();
    const page = openPage(site);
    page.push(big("a", 50_000), big("b", 50_000));
    page.hide();
    const closing = page.lane.close(100);
    await site.clock.advance(100);
    await closing;
    page.stop();
    expect([page.drops.totals.closed, page.noted()]).toEqual([2, []]);
  });
});

describe("what a page that is gone has left (S-29)", () => {
  const leave = (site: ReturnType<typeof createSite>, identity?: string): void => {
    const page = openPage(site, identity);
    page.push(big("a", 50_000), big("b", 50_000), big("c", 50_000));
    page.hide();
    expect(page.noted()).toEqual([2]);
  };
  /** The notes of a site whose pages are gone, with them their timers. */
  const goOn = ({ notes }: ReturnType<typeof createSite>, afterMs: number) => {
    const site = createSite();
    for (const [name, text] of notes) site.notes.set(name, text);
    return { site, wait: () => site.clock.advance(afterMs) };
  };

  it("is counted as lost by a later one, once, and told", async () => {
    const before = createSite();
    leave(before);
    const { site, wait } = goOn(before, defaults.pageNoteMs);
    await wait();
    const page = openPage(site);
    const other = openPage(site);
    expect(page.dropped).toEqual([]);
    await site.clock.advance(0);
    expect(page.dropped).toEqual([{ reason: "page_hidden", count: 2, total: 2 }]);
    expect([page.drops.totals.page_hidden, other.drops.totals.page_hidden, site.notes.size]).toEqual([2, 0, 0]);
  });

  it("is not counted while that one may come back, but as soon as it cannot", async () => {
    const before = createSite();
    leave(before);
    const { site } = goOn(before, 0);
    const page = openPage(site);
    await site.clock.advance(defaults.pageNoteMs / 2);
    expect(page.drops.totals.page_hidden).toBe(0);
    await site.clock.advance(defaults.pageNoteMs);
    expect(page.drops.totals.page_hidden).toBe(2);
  });

  it("is not counted while that one lives and says so", async () => {
    const site = createSite();
    leave(site);
    const page = openPage(site);
    await site.clock.advance(10 * defaults.pageNoteMs);
    expect([page.drops.totals.page_hidden, site.notes.size]).toEqual([0, 1]);
  });

  it("is none of a client of another control plane or key, nor is what somebody else has noted", async () => {
    const before = createSite();
    leave(before, "other");
    before.notes.set("theme", "dark");
    before.notes.set("holdpoint-unsent-org-1", "many 1");
    before.notes.set("holdpoint-unsent-org-2", "");
    const { site, wait } = goOn(before, defaults.pageNoteMs);
    await wait();
    const page = openPage(site);
    await site.clock.advance(0);
    expect([page.drops.totals.page_hidden, site.notes.get("theme")]).toEqual([0, "dark"]);
  });
});
