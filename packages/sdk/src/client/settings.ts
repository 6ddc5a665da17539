import { decodeMessage, type FailMode, sha256Hex, suggest } from "@holdpoint/core";
import { type ReadyClassifiers, readClassifiers } from "../classifiers/read-classifiers";
import { defaults } from "../gen/constants";
import { ConfigError } from "../gen/errors";
import { createOwnPlatform } from "../platform/own-platform";
import type { Platform } from "../platform/platform";
import { describeProblems } from "../policies/describe-problems";
import type { HoldpointOptions, SpoolOptions } from "../types";

/** Options, checked, with every default filled in. */
export interface Settings
  extends Pick<HoldpointOptions, "policies" | "environment" | "onApproval" | "usage" | "salt" | "telemetry"> {
  readonly controlPlane: string | undefined;
  readonly apiKey: string | undefined;
  readonly failMode: FailMode;
  readonly classifiers: ReadyClassifiers;
  readonly agents: NonNullable<HoldpointOptions["agents"]>;
  readonly bundleKeys: HoldpointOptions["bundleKeys"];
  /** Undefined: a bundle that cannot be confirmed holds for ever. */
  readonly maxStalenessMs: number | undefined;
  readonly cacheDir: string | undefined;
  /** Undefined when traces wait in memory alone. */
  readonly spool: Required<SpoolOptions> | undefined;
  readonly captureContent: boolean;
  readonly reload: boolean;
  readonly stream: boolean;
  readonly numbers: Readonly<Record<NumberOption, number>>;
  readonly platform: Platform;
}

const numberOptions = [
  "pollIntervalMs",
  "reloadDebounceMs",
  "firstBundleTimeoutMs",
  "requestTimeoutMs",
  "approvalPollIntervalMs",
  "approvalTimeoutMs",
  "queueCapacity",
  "batchSize",
  "flushIntervalMs",
  "closeTimeoutMs",
] as const;
type NumberOption = (typeof numberOptions)[number];

const optionNames: ReadonlySet<string> = new Set([
  ...numberOptions,
  "policies",
  "controlPlane",
  "apiKey",
  "environment",
  "failMode",
  "agents",
  "onApproval",
  "classifiers",
  "usage",
  "bundleKeys",
  "maxStalenessMs",
  "cacheDir",
  "spool",
  "captureContent",
  "telemetry",
  "reload",
  "stream",
  "salt",
  "platform",
]);

/** A longer timer fires at once in every JavaScript engine (a signed 32-bit count of milliseconds). */
const maxTimerMs = 2 ** 31 - 1;

/** Throws ConfigError, naming the option. */
export function readSettings(options: HoldpointOptions): Settings {
  if (typeof options !== "object" || options === null) throw new ConfigError("expected an object of options");
  for (const name of Object.keys(options)) {
    if (!optionNames.has(name)) throw new ConfigError(`unknown option \`${name.slice(0, 64)}\`${suggestOption(name)}`);
  }
  expectType(options, "apiKey", "string");
  // A key with a line end would be quoted by the error of the HTTP library, and so reach a log.
  if (options.apiKey !== undefined && !/^[\x21-\x7e]+$/.test(options.apiKey)) {
    throw new ConfigError("option `apiKey`: expected visible ASCII characters without spaces");
  }
  expectType(options, "environment", "string");
  expectType(options, "cacheDir", "string");
  expectType(options, "captureContent", "boolean");
  expectType(options, "reload", "boolean");
  expectType(options, "stream", "boolean");
  expectType(options, "onApproval", "function");
  const failMode = options.failMode ?? defaults.failMode;
  if (failMode !== "closed" && failMode !== "open") {
    throw new ConfigError("option `failMode`: expected `closed` or `open`");
  }
  const controlPlane = readUrl(options.controlPlane);
  if (options.policies === undefined && controlPlane === undefined) {
    throw new ConfigError("neither `policies` nor `controlPlane` is given: there is nothing to enforce");
  }
  const platform = options.platform ?? createOwnPlatform();
  if (!platform.files && (options.cacheDir !== undefined || typeof options.policies === "string")) {
    throw new ConfigError("this platform has no files: give `policies` as a list and no `cacheDir`");
  }
  const numbers = readNumbers(options);
  return {
    policies: options.policies,
    environment: options.environment,
    onApproval: options.onApproval,
    classifiers: readClassifiers(options.classifiers, platform),
    usage: readUsage(options.usage),
    salt: options.salt,
    controlPlane,
    apiKey: options.apiKey,
    failMode,
    agents: readAgents(options.agents),
    bundleKeys: readBundleKeys(options.bundleKeys),
    maxStalenessMs: readStaleness(options.maxStalenessMs, numbers.pollIntervalMs),
    cacheDir: options.cacheDir,
    spool: readSpool(options, platform, controlPlane),
    captureContent: options.captureContent ?? true,
    telemetry: readTelemetry(options.telemetry),
    reload: options.reload ?? true,
    stream: options.stream ?? true,
    numbers,
    platform,
  } as Settings;
}

/** Tells control planes and keys apart without naming them. */
export const identityOf = ({ controlPlane, apiKey }: Pick<Settings, "controlPlane" | "apiKey">): string =>
  sha256Hex(`${controlPlane}\n${apiKey ?? ""}`).slice(0, 16);

const spoolSyncs = ["always", "interval", "never"];

/** Below the cache's directory, one for each control plane and key, so that traces never reach another organisation. */
function readSpool(
  { spool = true, cacheDir, apiKey }: HoldpointOptions,
  { files }: Platform,
  controlPlane: string | undefined,
): Required<SpoolOptions> | undefined {
  if (typeof spool !== "boolean" && (typeof spool !== "object" || spool === null))
    throw new ConfigError("option `spool`: expected a boolean or an object");
  const given = typeof spool === "object" ? spool : {};
  for (const name of Object.keys(given))
    if (!["directory", "maxBytes", "sync"].includes(name))
      throw new ConfigError(`option \`spool\`: unknown member \`${name.slice(0, 64)}\``);
  const { directory = cacheDir, maxBytes = defaults.spoolMaxBytes, sync = defaults.spoolSync } = given;
  if (directory !== undefined && typeof directory !== "string")
    throw new ConfigError("option `spool.directory`: expected a string");
  if (typeof maxBytes !== "number" || !(maxBytes >= 1))
    throw new ConfigError("option `spool.maxBytes`: expected a number from 1");
  if (!spoolSyncs.includes(sync))
    throw new ConfigError("option `spool.sync`: expected `always`, `interval` or `never`");
  if (typeof spool === "object" && (directory === undefined || !files?.directories))
    throw new ConfigError("option `spool`: give `spool.directory` or `cacheDir`, on a platform with files");
  if (!spool || !files?.directories || directory === undefined || controlPlane === undefined) return undefined;
  return { directory: files.join(directory, `spool-${identityOf({ controlPlane, apiKey })}`), maxBytes, sync };
}

function expectType(options: HoldpointOptions, name: keyof HoldpointOptions, type: string): void {
  const value: unknown = options[name];
  if (value !== undefined && typeof value !== type) {
    throw new ConfigError(`option \`${name}\`: expected a ${type}, got ${typeof value}`);
  }
}

function readNumbers(options: HoldpointOptions): Settings["numbers"] {
  const read = (name: NumberOption): number => {
    const value: unknown = options[name] ?? defaults[name];
    if (typeof value !== "number" || !(value >= 1))
      throw new ConfigError(`option \`${name}\`: expected a number from 1`);
    return Math.min(Math.floor(value), maxTimerMs);
  };
  return Object.fromEntries(numberOptions.map((name) => [name, read(name)])) as Settings["numbers"];
}

/** With less than two polls one lost answer would make a bundle stale. */
function readStaleness(value: unknown, pollIntervalMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !(value >= 2 * pollIntervalMs))
    throw new ConfigError(
      `option \`maxStalenessMs\`: expected at least twice \`pollIntervalMs\`, ${2 * pollIntervalMs}`,
    );
  return value;
}

function readUrl(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new ConfigError("option `controlPlane`: expected a URL that starts with http:// or https://");
  }
  if (url.username || url.password)
    throw new ConfigError("option `controlPlane`: give the key as `apiKey`, not in the URL");
  return url.origin + url.pathname.replace(/\/+$/, "");
}

const telemetryMembers = ["api", "tracerProvider", "meterProvider", "captureAttributes"];

function readTelemetry(option: HoldpointOptions["telemetry"]): HoldpointOptions["telemetry"] {
  if (option === undefined || typeof option === "boolean") return option;
  const unknown =
    typeof option === "object" && Object.keys(option ?? {}).find((name) => !telemetryMembers.includes(name));
  if (typeof option !== "object" || option === null || unknown)
    throw new ConfigError(
      unknown
        ? `option \`telemetry\`: unknown member \`${unknown.slice(0, 64)}\``
        : "option `telemetry`: expected a boolean or an object",
    );
  return option;
}

function readUsage(usage: HoldpointOptions["usage"]): HoldpointOptions["usage"] {
  if (usage === undefined) return undefined;
  if (typeof usage.read !== "function" || typeof usage.add !== "function") {
    throw new ConfigError("option `usage`: expected an object with the methods `read` and `add`");
  }
  return usage;
}

function readBundleKeys(keys: unknown): HoldpointOptions["bundleKeys"] {
  if (keys === undefined) return undefined;
  const list = Array.isArray(keys) ? (keys as { kid?: unknown; x?: unknown }[]) : [];
  const good = list.every(({ kid, x }) => typeof kid === "string" && typeof x === "string" && x.length === rawKeyChars);
  if (list.length === 0 || !good) {
    throw new ConfigError("option `bundleKeys`: expected a list of keys with `kid` and `x`, 32 bytes as base64url");
  }
  return list as HoldpointOptions["bundleKeys"];
}

/** 32 bytes as base64url without padding. */
const rawKeyChars = 43;

function readAgents(agents: unknown): NonNullable<HoldpointOptions["agents"]> {
  if (agents === undefined) return [];
  if (!Array.isArray(agents)) throw new ConfigError("option `agents`: expected a list");
  return agents.map(readAgent);
}

/** A checked agent; throws ConfigError, naming the field. */
export function readAgent(agent: unknown): NonNullable<HoldpointOptions["agents"]>[number] {
  const read = decodeMessage("Agent", agent);
  if (!read.ok) throw new ConfigError(`the agent cannot be registered: ${describeProblems(read.problems)}`);
  return read.value;
}

function suggestOption(name: string): string {
  const near = suggest(name, [...optionNames]);
  return near ? `, did you mean \`${near}\`?` : "";
}
