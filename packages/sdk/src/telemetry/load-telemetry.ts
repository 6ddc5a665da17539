import type { MeterProvider, TracerProvider } from "@opentelemetry/api";
import { telemetry as names } from "../gen/constants";
import { ConfigError } from "../gen/errors";
import type { Platform } from "../platform/platform";
import type { TelemetryOptions } from "../types";
import { createTelemetry, type Telemetry } from "./telemetry";

/** Spans and metrics, where the option asks for them; ConfigError when the API is not installed (SPECIFICATION O-1). */
export async function loadTelemetry(
  option: boolean | TelemetryOptions | undefined,
  { clock }: Platform,
): Promise<Telemetry | undefined> {
  if (option === undefined || option === false) return undefined;
  const { api, tracerProvider, meterProvider, captureAttributes = false } = option === true ? {} : option;
  const { trace, metrics, context } = (api as Api | undefined) ?? (await loadApi());
  const tracers = (tracerProvider as TracerProvider | undefined) ?? trace.getTracerProvider();
  const meters = (meterProvider as MeterProvider | undefined) ?? metrics.getMeterProvider();
  return createTelemetry({
    api: {
      tracer: tracers.getTracer(names.scope),
      meter: meters.getMeter(names.scope),
      activeContext: () => context.active(),
      withSpan: trace.setSpan,
    },
    captureAttributes,
    nowMs: clock.nowMs,
    monotonicMs: clock.monotonicMs,
  });
}

type Api = typeof import("@opentelemetry/api");

/** By a name that bundlers do not follow: programs without telemetry need not have the package. */
async function loadApi(): Promise<Api> {
  const name = "@opentelemetry/api";
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as Api;
  } catch (cause) {
    throw new ConfigError("option `telemetry`: install `@opentelemetry/api` beside this package", { cause });
  }
}
