import type { Agent, Bundle, CompileProblem, Plan } from "@holdpoint/core";
import { applyAgain } from "../bundle/apply-again";
import type { ApplyResult } from "../bundle/bundle-lane";
import type { PauseBook } from "../control/pause-book";
import type { Emitter } from "../events/emitter";
import { isCoreWhole } from "../platform/own-core";
import type { FileResult } from "../policies/policy-file";
import type { PolicySource } from "../policies/policy-source";
import type { SyncEvent, SyncSource } from "../types";
import type { PolicyBook } from "./policy-book";
import { changeSnapshot, type Snapshot, type SnapshotHolder } from "./snapshot";

/** The one place where what arrives becomes what is enforced. Every method tells listeners how it went; none throws. */
export interface Sync {
  applyLocal(source: PolicySource): ApplyResult;
  /** Ends when it is in force or refused; false when it may be in force at another try, without a change of the file. */
  applyFile(result: Exclude<FileResult, { kind: "unchanged" }>): Promise<boolean>;
  /** `digest` is the SHA-256 of the payload. */
  applyBundle(bundle: Bundle, askedMs: number, source: "control-plane" | "cache", digest: string): ApplyResult;
  /** The bundle in force was the control plane's at `askedMs`; `wasStale` says that it could not be relied on before. */
  confirm(askedMs: number, wasStale: boolean): void;
  addAgent(agent: Agent): ApplyResult;
  fail(problems: readonly CompileProblem[], source: SyncSource): void;
  /** Has the plan in force made with the whole core, whose decisions can say why, if it can be had. Never rejects. */
  complete(): Promise<void>;
  readonly last: () => SyncEvent | undefined;
}

export interface SyncOptions {
  readonly book: PolicyBook;
  readonly snapshot: SnapshotHolder;
  readonly pauses: PauseBook;
  readonly emitter: Emitter;
  /** What does not work about a plan that is in force all the same. */
  readonly warn?: (plan: Plan) => readonly CompileProblem[];
}

export function createSync({ book, snapshot, pauses, emitter, warn }: SyncOptions): Sync {
  let last: SyncEvent | undefined;
  let isPlanWhole = false;
  let wasUnloaded = false;
  const tell = (ok: boolean, source: SyncSource, problems: readonly CompileProblem[]): void => {
    const { version, plan } = snapshot.current;
    const warnings = ok && plan ? (warn?.(plan) ?? []) : [];
    last = { ok, source, version, planDigest: plan?.digest, problems: [...problems, ...warnings] };
    emitter.emit("sync", last);
  };
  const change = (parts: Parameters<PolicyBook["change"]>[0], change: Partial<Snapshot> = {}): ApplyResult => {
    const result = book.change(parts);
    if (!result.ok) return result;
    changeSnapshot(snapshot, { plan: result.plan, ...change });
    isPlanWhole = isCoreWhole();
    return { ok: true };
  };
  /** Before the first policies there is no plan: knowing an agent is no reason to have one. */
  const rememberAgents = (agents: readonly Agent[]): ApplyResult => {
    const planned = snapshot.current.plan !== undefined;
    const result = book.change({ agents });
    if (result.ok && planned) changeSnapshot(snapshot, { plan: result.plan });
    return result;
  };

  return {
    last: () => last,
    applyLocal: (local) => change({ local }),
    async applyFile(result) {
      const apply = (): ApplyResult =>
        result.kind === "read" ? change({ local: result.source }) : { ok: false, problems: result.problems };
      const first = apply();
      const applied = first.ok || result.kind === "bad" || isCoreWhole() ? first : await applyAgain(apply);
      const isUnloaded = !applied.ok && applied.isUnloaded === true;
      // What is tried again is told once.
      if (!(isUnloaded && wasUnloaded)) tell(applied.ok, "file", applied.ok ? [] : applied.problems);
      wasUnloaded = isUnloaded;
      return !isUnloaded;
    },
    applyBundle(bundle, askedMs, source, digest) {
      // A pause must not wait for policies that do not compile.
      const { version, organizationId } = bundle;
      pauses.setRemote(bundle.pauses ?? [], askedMs, version);
      const result = change({ bundle }, { version, bundle: { organizationId, digest } });
      if (result.ok) tell(true, source, []);
      return result;
    },
    confirm(askedMs, wasStale) {
      pauses.confirmRemote(askedMs, snapshot.current.version);
      if (wasStale) tell(true, "control-plane", []);
    },
    addAgent(agent) {
      const others = book.parts.agents.filter(({ agentId }) => agentId !== agent.agentId);
      return rememberAgents([...others, agent]);
    },
    fail: (problems, source) => tell(false, source, problems),
    async complete() {
      if (snapshot.current.plan && !isPlanWhole) await applyAgain(() => change({}));
    },
  };
}
