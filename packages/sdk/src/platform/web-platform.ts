import type { Platform, PlatformClock, PlatformCrypto } from "./platform";
import { createWebPage } from "./web-page";
import { createWebRequests } from "./web-requests";

/**
 * The machine as a browser or an edge runtime shows it: fetch, Web Crypto and timers, no files. Policies come as a list or
 * from the control plane; traces wait in memory (clause S-1 has no disk there). Ed25519 needs a runtime whose Web Crypto has
 * it (Chrome 137, Firefox 129, Safari 17, workerd, Deno, Node 20); elsewhere every signed bundle is refused.
 */
export function createWebPlatform(): Platform {
  const page = createWebPage();
  return {
    clock: webClock,
    crypto: webCrypto,
    requests: createWebRequests(),
    ...(typeof CompressionStream === "undefined" ? {} : { gzip }),
    ...(page ? { page } : {}),
  };
}

async function gzip(text: string): Promise<Uint8Array> {
  const body = new Response(text).body?.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(body).arrayBuffer());
}

const webClock: PlatformClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(run, delayMs, options = {}) {
    const timer: unknown = setTimeout(run, delayMs);
    // Runtimes with processes have timers that keep them alive.
    if (!options.keepAlive && hasUnref(timer)) timer.unref();
    return () => clearTimeout(timer as number);
  },
};

const hasUnref = (timer: unknown): timer is { unref(): void } =>
  typeof timer === "object" && timer !== null && "unref" in timer;

const webCrypto: PlatformCrypto = {
  randomUuid: () => crypto.randomUUID(),
  random: () => Math.random(),
  async verifyEd25519(publicKey, bytes, signature) {
    try {
      const key = await crypto.subtle.importKey("raw", copy(publicKey), "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", key, copy(signature), copy(bytes));
    } catch {
      return false;
    }
  },
};

/** Web Crypto takes no views of shared memory. */
const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
