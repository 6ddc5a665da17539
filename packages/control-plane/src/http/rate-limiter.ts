/** A token bucket for each API key. */
export interface RateLimiter {
  /** 0 when the request may pass, else the whole seconds after which the next one may. */
  take(keyId: string, nowMs: number): number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Allows bursts of a whole minute's requests; a key that rests has its bucket full again after a minute. */
export function createRateLimiter(perMinute: number): RateLimiter {
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / 60_000;
  return {
    take(keyId, nowMs) {
      const bucket = buckets.get(keyId) ?? { tokens: perMinute, atMs: nowMs };
      buckets.set(keyId, bucket);
      bucket.tokens = Math.min(perMinute, bucket.tokens + Math.max(0, nowMs - bucket.atMs) * perMs);
      bucket.atMs = nowMs;
      if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perMs / 1000));
      bucket.tokens -= 1;
      return 0;
    },
  };
}
