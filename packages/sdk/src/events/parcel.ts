import type { StoredBatch } from "./event-store";

/** Part of a stored batch: a batch that is too large for the server is halved until it is not. */
export interface Parcel {
  readonly texts: readonly string[];
  readonly batch: OpenBatch;
  /** How often in a row the server has failed over it. */
  defects: number;
}

export interface OpenBatch {
  readonly stored: StoredBatch;
  parcelsLeft: number;
}

/** Two of one, of which both are to be settled. */
export function splitParcel(
  { texts, batch, defects }: Parcel,
  first: readonly string[],
  second = texts.slice(first.length),
): [Parcel, Parcel] {
  batch.parcelsLeft++;
  return [
    { texts: first, batch, defects },
    { texts: second, batch, defects },
  ];
}

/** Which texts one body of so many bytes holds, in their order. */
export function chooseFitting(
  texts: readonly string[],
  room: number,
): { fit: string[]; rest: string[]; bytes: number } {
  const fit: string[] = [];
  const rest: string[] = [];
  let bytes = bodyBytes;
  for (const text of texts) {
    // A comma stands between two.
    const size = text.length < room ? encoder.encode(text).length + 1 : room;
    const fits = bytes + size <= room;
    if (fits) bytes += size;
    (fits ? fit : rest).push(text);
  }
  return { fit, rest, bytes: fit.length > 0 ? bytes : 0 };
}

const encoder = new TextEncoder();
const bodyBytes = '{"traces":[]}'.length;
