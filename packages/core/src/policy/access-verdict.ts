import type { AccessControlRule, AccessVerdict } from "../gen/policy-types";
import { createGlobListMatcher, type GlobMatcher } from "./glob-matcher";
import { normaliseUri } from "./normalise-uri";
import type { Evaluation, OperatorFailure, PrepareOperator } from "./operator";
import type { RequestView } from "./request";

interface Statement {
  readonly allows: boolean;
  readonly concerns: (view: RequestView) => boolean;
  readonly actions: GlobMatcher;
  readonly resources: GlobMatcher;
}

const passing: AccessVerdict = { decision: "", who: "", action: "", resource: "", evidence: [] };

/** `access_verdict`: a denial wins, then what is allowed, then the default (SPECIFICATION P-13). */
export const prepareAccessVerdict: PrepareOperator = (untyped) => {
  const rule = untyped as unknown as AccessControlRule;
  const statements = [{ ...rule, ...rule.principals }, ...rule.rules].map(readStatement);
  const fallback = rule.default ?? (statements.some(({ allows }) => allows) ? "deny" : "allow");

  const run = ({ view }: Evaluation): AccessVerdict | OperatorFailure => {
    const action = nameAction(view);
    const resource = normaliseUri(nameResource(view));
    if (resource === undefined)
      return { failure: "REQUEST_INVALID", message: "`/resource` can be read in more than one way" };
    const about = statements.filter(
      ({ concerns, actions, resources }) => actions(action) && resources(resource) && concerns(view),
    );
    const who = view.userId === "" ? "nobody in particular" : `user \`${view.userId}\``;
    if (about.some(({ allows }) => !allows)) return { decision: "denied", who, action, resource, evidence: [] };
    if (about.length > 0 || fallback === "allow") return passing;
    return { decision: "not_allowed", who, action, resource, evidence: [] };
  };
  return { reads: [], passing, run };
};

const nameAction = ({ extras, phase, tool }: RequestView): string =>
  extras.action || (phase === "tool_call" ? tool.name : phase);

const nameResource = ({ extras, phase, tool }: RequestView): string =>
  extras.resource || (phase === "tool_call" ? tool.name : phase === "agent_call" ? extras.targetAgentId : "");

function readStatement(written: AccessControlRule["rules"][number]): Statement {
  const everyone = written.users.length + written.roles.length + written.groups.length === 0;
  const [users, roles, groups] = [written.users, written.roles, written.groups].map(createGlobListMatcher) as [
    GlobMatcher,
    GlobMatcher,
    GlobMatcher,
  ];
  return {
    allows: written.effect === "allow",
    concerns: ({ userId, extras }) =>
      everyone || (userId !== "" && users(userId)) || extras.userRoles.some(roles) || extras.userGroups.some(groups),
    actions: createGlobListMatcher(written.actions),
    resources: createGlobListMatcher(written.resources.map((glob) => normaliseGlob(glob))),
  };
}

/** Globs of resources are compared with normalised names, so they are normalised too; `?` is no query there. */
const normaliseGlob = (glob: string): string =>
  (glob.includes("\\") ? undefined : normaliseUri(glob.replace(/\?/g, "\u{f0000}")))?.replaceAll("\u{f0000}", "?") ??
  glob;
