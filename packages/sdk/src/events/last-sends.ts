import { defaults } from "../gen/constants";
import { chooseFitting, type Parcel, splitParcel } from "./parcel";

export interface LastSendsOptions {
  /** Known parcels, oldest first. */
  readonly parcels: Parcel[];
  /** The parcel that is being sent in a request that ends with the page. */
  current(): Parcel | undefined;
  /** The next of what waits, of about so many characters. */
  takeNow(maxChars: number): Parcel | undefined;
  /** Sends before it returns, in a request that goes on without the page. Never rejects. */
  post(texts: readonly string[]): Promise<unknown>;
  /** The same, and does with the parcel what the answer says. Never rejects. */
  send(parcel: Parcel): Promise<unknown>;
  /** Traces that are not settled. */
  queued(): number;
  /** Traces that are still open: they end with the page as well. */
  openTraces(): number;
  /** Whether the server took what was sent last. */
  isAnswering(): boolean;
  /** Tells the server how many traces are in no request. */
  describeLeft(count: number): string;
  /** What did not fit is sent as usual, as soon as may be: a page that was hidden may go on for long. */
  hurry(): void;
}

export interface LastSends {
  /** Sends what fits, and tells how many traces are in no request, now and whenever `changed` is called, until `show`. */
  hide(onLeft: (count: number) => void): void;
  show(): void;
  changed(): void;
  /** The current parcel is answered. */
  forget(parcel: Parcel): void;
}

/** What a page does with its traces when it is hidden, which may be the last that it does (SPECIFICATION S-28). */
export function createLastSends(options: LastSendsOptions): LastSends {
  const { parcels } = options;
  /** What is in requests that go on without the page, until they are answered. */
  const leaving = new Map<Parcel, { readonly count: number; readonly bytes: number }>();
  let tell: ((count: number) => void) | undefined;
  /** So many traces that it has not got the server was told of. */
  let told = 0;

  const sum = (what: "count" | "bytes"): number => [...leaving.values()].reduce((total, one) => total + one[what], 0);
  /** What is under way counts as sent where the server was there: there will be nobody to hear its answer. */
  const left = (): number => options.queued() + options.openTraces() - (options.isAnswering() ? sum("count") : 0);
  const tellServer = (count: number): void => {
    if (told === count) return;
    told = count;
    void options.post([options.describeLeft(count)]);
  };
  const changed = (): void => {
    tell?.(left());
    if (options.queued() === 0) tellServer(tell ? left() : 0);
  };
  const sendWhatFits = (): void => {
    const room = (): number => defaults.keepaliveBytes - sum("bytes");
    const current = options.current();
    if (current && !leaving.has(current)) {
      // Its own request ends with the page; what comes twice is stored once.
      const { fit, bytes } = chooseFitting(current.texts, room());
      leaving.set(current, { count: fit.length, bytes });
      if (fit.length > 0) void options.post(fit);
    }
    const stays: Parcel[] = [];
    for (;;) {
      const isKnown = parcels.length > 0;
      const parcel = parcels.shift() ?? options.takeNow(room());
      if (!parcel) break;
      const { fit, rest, bytes } = chooseFitting(parcel.texts, room());
      const [goes, other] = rest.length > 0 && fit.length > 0 ? splitParcel(parcel, fit, rest) : [parcel, parcel];
      if (rest.length > 0) stays.push(other);
      if (fit.length > 0) {
        leaving.set(goes, { count: fit.length, bytes });
        void options.send(goes).then(() => {
          leaving.delete(goes);
          changed();
        });
      }
      if (!isKnown && rest.length > 0) break;
    }
    parcels.unshift(...stays);
  };

  return {
    hide(onLeft) {
      tell = onLeft;
      sendWhatFits();
      tellServer(left());
      changed();
      if (parcels.length > 0 && options.isAnswering()) options.hurry();
    },
    show() {
      tell = undefined;
      changed();
    },
    changed,
    forget(parcel) {
      leaving.delete(parcel);
      changed();
    },
  };
}
