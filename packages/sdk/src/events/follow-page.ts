import { defaults } from "../gen/constants";
import type { Page, Platform } from "../platform/platform";
import type { DropCounter } from "./drop-counter";
import type { LastSends } from "./last-sends";

export interface FollowPageOptions {
  readonly page: Page;
  readonly platform: Pick<Platform, "clock" | "crypto">;
  readonly lane: Pick<LastSends, "hide" | "show">;
  readonly drops: DropCounter;
  /** Of the control plane and the key: what others have lost is theirs to tell. */
  readonly identity: string;
}

/**
 * Hands what waits to requests that outlive the page when it is hidden, and leaves a note of how much did not fit. A note
 * that nobody has renewed for `pageNoteMs` is of a page that is gone: it is counted as lost, by the first client that
 * sees it (SPECIFICATION S-28, S-29). Gives back how to stop.
 */
export function followPage({ page, platform, lane, drops, identity }: FollowPageOptions): () => void {
  const { clock, crypto } = platform;
  const ours = `holdpoint-unsent-${identity}-`;
  const own = ours + crypto.randomUuid();
  let left = 0;
  let cancel = (): void => undefined;

  const note = (count: number): void => {
    left = count;
    page.note(own, count > 0 ? `${count} ${clock.nowMs()}` : undefined);
  };
  const countOthers = (): void => {
    for (const [name, text] of Object.entries(page.notes())) {
      const [count = 0, notedMs = 0] = text.split(" ").map(Number);
      if (!name.startsWith(ours) || name === own || Math.abs(clock.nowMs() - notedMs) < defaults.pageNoteMs) continue;
      page.note(name, undefined);
      if (Number.isSafeInteger(count)) drops.add("page_hidden", count);
    }
  };
  // Not before whoever has made the client can listen to it.
  const watch = (afterMs: number): void => {
    cancel = clock.schedule(() => {
      if (left > 0) note(left);
      countOthers();
      watch(defaults.pageNoteMs / 4);
    }, afterMs);
  };
  watch(0);
  const stop = page.onVisibility((isHidden) => {
    if (isHidden) return lane.hide(note);
    lane.show();
    note(0);
  });
  return () => {
    stop();
    cancel();
    note(0);
  };
}
