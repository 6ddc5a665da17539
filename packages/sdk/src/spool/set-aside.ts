import { defaults } from "../gen/constants";
import type { Directories, GrowingFile } from "../platform/platform";

/** Records that nobody will take, kept for a human: one JSON line each, `{reason, record}`. */
export interface SetAside {
  add(record: string, reason: string): void;
  readonly count: () => number;
  close(): Promise<void>;
}

export function createSetAside(directories: Directories, pathOf: () => string): SetAside {
  let count = 0;
  let chars = 0;
  let last: Promise<GrowingFile | undefined> = Promise.resolve(undefined);
  return {
    add(record, reason) {
      count++;
      // The file is for looking into what went wrong, not another place that fills the disk.
      if (chars > defaults.spoolSetAsideChars) return;
      chars += record.length;
      const line = new TextEncoder().encode(`${JSON.stringify({ reason, record })}\n`);
      last = last.then(async (file) => {
        const open = file ?? (await directories.create(pathOf()).catch(() => undefined));
        await open?.append(line).catch(() => undefined);
        return open;
      });
    },
    count: () => count,
    async close() {
      const file = await last;
      await file?.close();
    },
  };
}
