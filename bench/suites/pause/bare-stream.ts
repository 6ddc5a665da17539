import { get } from "node:http";

export interface BareStream {
  /** The wall clock at which the next pause was read. */
  nextPauseMs(): Promise<number>;
  close(): void;
}

/** A stream of a control plane's events, read by nothing but a search for pauses. */
export async function openBareStream(url: string, key: string): Promise<BareStream> {
  const seenMs: number[] = [];
  let wake: (() => void) | undefined;
  const request = get(`${url}/api/v1/sdk/stream`, { headers: { "x-api-key": key }, agent: false });
  request.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      if (response.statusCode !== 200) reject(new Error(`the stream was answered with ${response.statusCode}`));
      response.setEncoding("utf8").on("data", (text: string) => {
        resolve();
        if (!text.includes("event: status")) return;
        seenMs.push(performance.timeOrigin + performance.now());
        wake?.();
      });
    });
  });
  return {
    async nextPauseMs() {
      if (seenMs.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return seenMs.shift() ?? Number.NaN;
    },
    close: () => void request.destroy(),
  };
}
