import type { Page } from "./platform";

/** The page that this script runs in; undefined in workers and on servers. */
export function createWebPage(): Page | undefined {
  if (typeof document === "undefined" || typeof addEventListener === "undefined") return undefined;
  return {
    onVisibility(run) {
      const tell = ({ type }: { readonly type: string }): void =>
        run(type === "pagehide" || document.visibilityState === "hidden");
      // Not every browser tells both when a page is left for another.
      document.addEventListener("visibilitychange", tell);
      for (const name of pageEvents) addEventListener(name, tell);
      return () => {
        document.removeEventListener("visibilitychange", tell);
        for (const name of pageEvents) removeEventListener(name, tell);
      };
    },
    note(name, text) {
      withStorage((storage) => (text === undefined ? storage.removeItem(name) : storage.setItem(name, text)));
    },
    notes: () => withStorage((storage) => ({ ...storage })) ?? {},
  };
}

const pageEvents = ["pagehide", "pageshow"] as const;

/** Where the user has forbidden it, even the name throws. */
function withStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}
