import type { Pause } from "@holdpoint/core";
import { createApprovalWakes } from "../approvals/approval-wakes";
import { createKeyRing, type KeyRing } from "../bundle/key-ring";
import { createPauseBook, type PauseBook } from "../control/pause-book";
import { createDropCounter, type DropCounter } from "../events/drop-counter";
import { createEmitter, type Emitter } from "../events/emitter";
import { createEventLane, type EventLane } from "../events/event-lane";
import { createEventQueue } from "../events/event-queue";
import type { EventStore } from "../events/event-store";
import { followPage } from "../events/follow-page";
import { createIngestTransport } from "../events/ingest-transport";
import { createMemoryStore } from "../events/memory-store";
import { createLossReport, createOwnTrace, createUngovernedTrace, createUnsentReport } from "../events/own-trace";
import { createRecorder, type Recorder } from "../events/recorder";
import { readName } from "../events/traced-text";
import { createTraces, type Traces } from "../events/traces";
import { createUngovernedCounter, type UngovernedCounter } from "../events/ungoverned-counter";
import { createTextWriter } from "../events/write-text";
import { defaults } from "../gen/constants";
import { createHeldClock } from "../platform/held-clock";
import { openSpool } from "../spool/own-spool";
import { loadTelemetry } from "../telemetry/load-telemetry";
import { type Api, createApi } from "../transport/api";
import { createLedger } from "../usage/ledger";
import { createClassifierGate, describeMissing, findMissingClassifiers, joinGates } from "./ask-classifiers";
import { createValidatorGate } from "./ask-validators";
import { type Connection, connect } from "./connect";
import { createClientApprover } from "./create-approver";
import { type ClientUsage, createClientUsage } from "./create-usage";
import { createEnforcer, type Enforcer, type EnforcerParts } from "./enforce";
import { loadPolicies } from "./load-policies";
import { createPolicyBook } from "./policy-book";
import { createRegistry, type Registry } from "./register-agent";
import { identityOf, type Settings } from "./settings";
import { changeSnapshot, createSnapshotHolder, type SnapshotHolder } from "./snapshot";
import { createSync, type Sync } from "./sync";

/** The parts of a running client, wired once. */
export interface Running {
  readonly settings: Settings;
  readonly snapshot: SnapshotHolder;
  readonly enforcer: Enforcer;
  readonly emitter: Emitter;
  readonly recorder: Recorder;
  readonly traces: Traces;
  readonly pauses: PauseBook;
  readonly registry: Registry;
  readonly sync: Sync;
  readonly drops: DropCounter;
  readonly lane: EventLane | undefined;
  readonly ungoverned: UngovernedCounter;
  readonly connection: Connection | undefined;
  readonly usage: ClientUsage;
  close(): Promise<void>;
}

/** Wires a client and starts its lanes. Throws PolicyCompileError or AuthError; nothing is left running then. */
export async function start(settings: Settings): Promise<Running> {
  const { platform, numbers } = settings;
  const steps = createHeldClock(platform.clock);
  const clock = steps.now;
  const telemetry = await loadTelemetry(settings.telemetry, platform);
  const snapshot = createSnapshotHolder();
  const emitter = createEmitter();
  const pauses = createPauseBook((list: readonly Pause[]) => changeSnapshot(snapshot, { pauses: list }));
  const policies = createPolicyBook(settings.agents, settings.salt);
  const sync = createSync({
    book: policies,
    snapshot,
    pauses,
    emitter,
    warn: (plan) => describeMissing(findMissingClassifiers(plan, settings.classifiers)),
  });
  const drops = createDropCounter(platform.clock, (event) => {
    emitter.emit("dropped", event);
    telemetry?.countDropped(event.reason, event.count);
    lane?.wake();
  });
  const api = createClientApi(settings);
  const lane = api && (await createLane(settings, api, drops, () => traces.openCount()));
  const ungoverned = createUngovernedCounter(platform.clock, (event) => {
    emitter.emit("ungoverned", event);
    telemetry?.countUngoverned(event.reason, event.count);
    lane?.push(createUngovernedTrace(platform, event));
  });
  const onUngoverned = (): void => ungoverned.add("no_lease");
  const usage = createClientUsage({ settings, api, snapshot, policies, emitter, clock, onUngoverned });
  const ledger = createLedger(usage.store, clock);
  const traces = createTraces({
    nowMs: clock,
    randomUuid: platform.crypto.randomUuid,
    capacity: numbers.queueCapacity,
    telemetry,
    onUsage: ({ agentId, reservations, start }, costUsd) => {
      const { plan } = snapshot.current;
      const spender = { agentId, userId: readName(start["userId"]), sessionId: readName(start["sessionId"]) };
      if (plan) ledger.settle(plan, spender, costUsd, reservations);
    },
    onEnd: (ended) => {
      ledger.forget(ended.open.reservations);
      recorder.recordEnd(ended, snapshot.current.plan);
    },
  });
  const recorder = createRecorder({
    platform,
    clock,
    emitter,
    traces,
    push: lane?.push,
    captureContent: settings.captureContent,
    environment: settings.environment,
    telemetry,
  });
  const wakes = createApprovalWakes();
  const keys = api && createClientKeys(settings, api);
  const approver = createClientApprover({ settings, api, keys, wakes, snapshot, emitter, clock });
  const { failMode } = settings;
  const environment = settings.environment ?? defaults.environment;
  const createGate: EnforcerParts["createGate"] = (probe) =>
    joinGates(
      createClassifierGate({ platform, classifiers: settings.classifiers, probe }),
      createValidatorGate({ platform, api, clock, environment, probe }),
    );
  const enforcer = createEnforcer({
    snapshot,
    usage: usage.store,
    ledger,
    clock,
    steps,
    failMode,
    recorder,
    approver,
    pauses,
    ungoverned,
    agents: () => policies.parts.agents,
    createGate,
  });
  const registry = createRegistry({ api, sync, clock: platform.clock, random: platform.crypto.random });

  const unwatch = await loadPolicies(settings, sync);
  const parts = { settings, sync, pauses, wakes, snapshot };
  const connecting = api && keys ? connect({ ...parts, api, keys }) : Promise.resolve(undefined);
  const connection = await connecting.catch((error: unknown) => {
    unwatch();
    throw error;
  });
  if (connection) await usage.leases?.ready(numbers.firstBundleTimeoutMs);
  const { page } = platform;
  const identity = identityOf(settings);
  const leavePage = page && lane?.page && followPage({ page, platform, lane: lane.page, drops, identity });
  return {
    settings,
    snapshot,
    enforcer,
    emitter,
    recorder,
    traces,
    pauses,
    registry,
    sync,
    drops,
    lane,
    connection,
    usage,
    ungoverned,
    async close() {
      unwatch();
      connection?.stop();
      approver.close();
      registry.stop();
      traces.endAll();
      recorder.close();
      ungoverned.close();
      await Promise.all([usage.leases?.close(numbers.closeTimeoutMs), lane?.close(numbers.closeTimeoutMs)]);
      leavePage?.();
      drops.close();
    },
  };
}

function createClientApi({ platform, controlPlane, apiKey, numbers }: Settings): Api | undefined {
  if (controlPlane === undefined) return undefined;
  return createApi({ platform, baseUrl: controlPlane, apiKey, timeoutMs: numbers.requestTimeoutMs });
}

function createClientKeys({ platform, bundleKeys, numbers }: Settings, api: Api): KeyRing {
  return createKeyRing(api, bundleKeys, {
    clock: platform.clock,
    crypto: platform.crypto,
    renewIntervalMs: numbers.pollIntervalMs,
  });
}

async function createLane(
  settings: Settings,
  api: Api,
  drops: DropCounter,
  openTraces: () => number,
): Promise<EventLane> {
  const { platform, numbers } = settings;
  const lane: EventLane = createEventLane({
    store: await createStore(settings, drops, () => lane.wake()),
    transport: createIngestTransport(api),
    drops,
    clock: platform.clock,
    random: platform.crypto.random,
    batchSize: numbers.batchSize,
    flushIntervalMs: numbers.flushIntervalMs,
    authRetryMs: numbers.pollIntervalMs,
    requestMs: numbers.requestTimeoutMs,
    losses: createLossReport(platform, drops),
    probe: () => JSON.stringify(createOwnTrace(platform, "probe")),
    page: platform.page && { describeLeft: createUnsentReport(platform), openTraces },
  });
  return lane;
}

/** Where traces wait: on disk where there is a place for it, else in memory. */
async function createStore(
  { platform, numbers, spool }: Settings,
  drops: DropCounter,
  onNews: () => void,
): Promise<EventStore> {
  const writeText = createTextWriter(drops);
  const capacity = { capacity: numbers.queueCapacity, capacityBytes: defaults.queueCapacityBytes };
  const { files } = platform;
  const onDisk =
    spool &&
    files &&
    (await openSpool({ ...capacity, ...spool, root: spool.directory, platform, files, drops, writeText, onNews }));
  return onDisk ?? createMemoryStore(createEventQueue(capacity.capacity, capacity.capacityBytes), writeText);
}
