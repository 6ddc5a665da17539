import { countCodePoints } from "../detect/offsets";
import { checkGlob } from "../expr/text-functions";
import type { Evidence } from "../gen/messages";
import type { ExternalCallLimitRule, ExternalHosts } from "../gen/policy-types";
import { limits } from "../gen/tables";
import { type FoundHost, findHosts } from "./find-hosts";
import { createGlobListMatcher } from "./glob-matcher";
import { isPrivateHost, readHost, toAsciiHost } from "./host";
import type { OperatorFailure, PrepareContext, PrepareOperator } from "./operator";
import { pointTo } from "./problems";
import type { RequestView } from "./request";

const none: ExternalHosts = { count: 0, unreadable: "", denied: "", private: "", unlisted: "", evidence: [] };

const known = new WeakMap<RequestView, readonly FoundHost[] | undefined>();

/** The hosts that a call names, found once for all policies; undefined when there are more than may be looked at. */
export function listHosts(view: RequestView): readonly FoundHost[] | undefined {
  if (view.phase !== "tool_call") return [];
  if (!known.has(view)) known.set(view, findHosts(view.texts));
  return known.get(view);
}

/** `external_hosts`: what the lists of the rule say about the hosts that the arguments name (SPECIFICATION P-17). */
export const prepareExternalHosts: PrepareOperator = (untyped, context) => {
  const rule = untyped as unknown as ExternalCallLimitRule;
  const isDenied = readDomains("denied_domains", rule.denied_domains ?? [], context);
  const isAllowed = rule.allowed_domains && readDomains("allowed_domains", rule.allowed_domains, context);
  return {
    reads: [],
    run: ({ view }): ExternalHosts | OperatorFailure => {
      const hosts = listHosts(view);
      if (!hosts)
        return { failure: "REQUEST_TOO_LARGE", message: `more than ${limits.maxHosts} hosts in the arguments` };
      if (hosts.length === 0) return none;
      const bad = { unreadable: "", denied: "", private: "", unlisted: "" };
      const evidence: Evidence[] = [];
      for (const found of hosts) {
        const kind = judge(found, isDenied, isAllowed, rule.allow_private_networks);
        if (kind === undefined) continue;
        bad[kind] ||= kind === "unreadable" ? found.path : (found.host ?? "");
        if (evidence.length < limits.maxEvidence) evidence.push(describe(found, view));
      }
      return { count: hosts.length, ...bad, evidence };
    },
  };
};

type Domains = (host: string) => boolean;

function judge(
  { host }: FoundHost,
  isDenied: Domains,
  isAllowed: Domains | undefined,
  allowPrivate: boolean,
): "unreadable" | "denied" | "private" | "unlisted" | undefined {
  if (host === undefined) return "unreadable";
  if (isDenied(host)) return "denied";
  if (!allowPrivate && isPrivateHost(host)) return "private";
  return isAllowed && !isAllowed(host) ? "unlisted" : undefined;
}

function describe({ path, start, end }: FoundHost, { texts }: RequestView): Evidence {
  const text = texts.find((one) => one.path === path)?.value ?? "";
  const from = countCodePoints(text, 0, start);
  return { path, start: from, end: from + countCodePoints(text, start, end), category: "host" };
}

/** Globs over hosts as `readHost` writes them. */
function readDomains(name: string, patterns: readonly string[], { pointer, problems }: PrepareContext): Domains {
  const read = patterns.flatMap((pattern, index) => {
    if (typeof pattern !== "string" || checkGlob(pattern) !== undefined) return [];
    const isGlob = /[*?\\]/.test(pattern);
    const host = isGlob ? toAsciiHost(pattern) : pattern.includes(":") ? readHost(`[${pattern}]`) : readHost(pattern);
    if (host !== undefined) return [isGlob && host.endsWith(".") ? host.slice(0, -1) : host];
    const place = pointTo(pointTo(pointTo(pointer, "ruleDefinition"), name), index);
    problems.add(
      place,
      `\`${pattern.slice(0, 64)}\` is no host: write a name or an address, without scheme, port or path`,
    );
    return [];
  });
  return createGlobListMatcher(read);
}
