import { expand } from "./expand";
import { defaultNowMs, type VectorCase } from "./vector";

/** What goes over the wire for a case. Never its id, title or expectation. */
export function createFrame(item: VectorCase, frame: string): string {
  const { op = "decide", policies, context = {}, request, usage = [], nowMs = defaultNowMs, pauses = [], value } = item;
  const { agent, settings, explain, sessions } = item;
  const body =
    op === "canonical"
      ? { value }
      : op === "governance"
        ? { agent, settings, nowMs, pauses }
        : {
            policies,
            context,
            request,
            usage,
            nowMs,
            pauses,
            ...(explain ? { explain } : {}),
            ...(sessions === undefined ? {} : { sessions }),
          };
  return JSON.stringify({ frame, op, ...(expand(body) as object) });
}
