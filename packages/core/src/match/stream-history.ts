/** The text of a stream so far, to be read from a place on. */
export interface StreamHistory {
  append(text: string): void;
  /** Returns the text from `place`, counted from the beginning of the stream, up to its end. */
  from(place: number): string;
}

/**
 * To read a string that was appended to means to copy all of it. Most of what is asked for came last, so the text is kept in three
 * strings, of which the later ones are short: so many units stay in a string when it becomes longer than that.
 */
const newestKept = 128;
const mostNewest = 512;
const recentKept = 1024;
const mostRecent = 8192;

export function createStreamHistory(): StreamHistory {
  let older = "";
  let recent = "";
  let newest = "";
  /** The last piece: mostly it is all that was not read. */
  let latest = "";
  let length = 0;
  return {
    append(text) {
      if (newest.length > mostNewest) {
        recent += newest.slice(0, -newestKept);
        newest = newest.slice(-newestKept);
        if (recent.length > mostRecent) {
          older += recent.slice(0, -recentKept);
          recent = recent.slice(-recentKept);
        }
      }
      newest += text;
      latest = text;
      length += text.length;
    },
    from(place) {
      const back = length - place;
      if (back === latest.length) return latest;
      if (back <= newest.length) return newest.slice(newest.length - back);
      if (back <= newest.length + recent.length) return recent.slice(recent.length + newest.length - back) + newest;
      return older.slice(place) + recent + newest;
    },
  };
}
