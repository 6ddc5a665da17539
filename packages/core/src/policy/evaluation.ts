import { scanText, type TextScan } from "../detect/text-scan";
import type { Transform } from "../gen/messages";
import { readLabels } from "./caller";
import type { Evaluation, TransformList } from "./operator";
import type { Plan } from "./plan";
import type { RequestView } from "./request";
import { createTransformList } from "./transforms";

/** An evaluation in progress. A class, so that what no policy asks for (texts scanned, the agent's facts) is never made. */
export class RunningEvaluation implements Evaluation {
  bindings: Record<string, unknown> | undefined = undefined;
  toolBindings: Record<string, unknown> | undefined = undefined;
  #scans: readonly TextScan[] | undefined = undefined;
  #transforms: (TransformList & { build(): Transform[] }) | undefined = undefined;
  readonly #plan: Plan;

  constructor(
    plan: Plan,
    readonly view: RequestView,
    readonly nowMs: number,
    readonly autonomy: string = "",
  ) {
    this.#plan = plan;
  }

  get patterns() {
    return this.#plan.patterns;
  }

  get organizationId() {
    return this.#plan.organizationId;
  }

  get salt() {
    return this.#plan.salt;
  }

  get agentName(): string {
    return this.#plan.agents.get(this.view.agentId)?.name || this.view.agentId;
  }

  get agent(): Readonly<Record<string, unknown>> {
    const agent = this.#plan.agents.get(this.view.agentId);
    return {
      id: this.view.agentId,
      name: this.agentName,
      autonomy: this.autonomy,
      team: agent?.teamId ?? "",
      workspace: agent?.workspaceId ?? "",
      labels: readLabels(agent),
    };
  }

  get transforms(): TransformList {
    return (this.#transforms ??= createTransformList());
  }

  scans(): readonly TextScan[] {
    return (this.#scans ??= this.view.texts.map((text) => scanText(text, this.#plan.patterns.set)));
  }

  /** The texts to hand back. */
  buildTransforms(): Transform[] {
    return this.#transforms?.build() ?? [];
  }
}
