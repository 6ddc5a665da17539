import { limits } from "../gen/tables";
import { isPlainName } from "./plain-name";
import { describeType, pointTo } from "./problems";

/** What is no JSON, or over a limit. */
export interface WalkProblem {
  readonly path: string;
  readonly reason: "REQUEST_INVALID" | "REQUEST_TOO_LARGE";
  readonly message: string;
}

export interface WalkOutcome {
  readonly nodesLeft: number;
  /** False when something was refused, or the visitor asked to stop. */
  readonly complete: boolean;
  readonly problem: WalkProblem | undefined;
}

/** False stops the walk. */
export type VisitText = (text: string, path: string, name: string | undefined) => boolean;

type Walk = { -readonly [name in keyof WalkOutcome]: WalkOutcome[name] } & {
  readonly visitText: VisitText | undefined;
};

/**
 * Visits every string of a JSON value, members in the order of their names (so that every language agrees), and stops at the first thing that is not JSON or
 * over a limit (depth, number of values; a cycle shows as depth). Object members that are undefined are passed over.
 *
 * A visitor also gets the names that are texts, each before its value. Their pointers say their place, never the name (D-55);
 * `name` is then the nearest one above a text that the pointer does not say.
 */
export function walkJson(value: unknown, path: string, nodes: number, visitText?: VisitText): WalkOutcome {
  const walk: Walk = { nodesLeft: nodes, complete: true, problem: undefined, visitText };
  walk.complete = visit(walk, value, path, 1, undefined);
  return walk;
}

function visit(walk: Walk, item: unknown, at: string, depth: number, name: string | undefined): boolean {
  if (--walk.nodesLeft < 0) return refuse(walk, at, `more than ${limits.maxNodes} values`, "REQUEST_TOO_LARGE");
  if (depth > limits.maxDepth)
    return refuse(walk, at, `nested deeper than ${limits.maxDepth} levels`, "REQUEST_TOO_LARGE");
  if (item === null || typeof item === "boolean") return true;
  if (typeof item === "string") return see(walk, item, at, name);
  if (typeof item === "number") return Number.isFinite(item) || refuse(walk, at, "expected a finite number");
  if (typeof item !== "object") return refuse(walk, at, `expected JSON, got ${describeType(item)}`);
  if (Array.isArray(item)) return item.every((child, index) => visit(walk, child, `${at}/${index}`, depth + 1, name));
  let texts = 0;
  const keys = Object.keys(item);
  if (keys.length === 0 && hidesContent(item)) return refuse(walk, at, "expected JSON, got an object of a class");
  for (const key of keys.sort()) {
    const child = (item as Record<string, unknown>)[key];
    if (child === undefined) continue;
    const isShown = isPlainName(key);
    const path = isShown ? `${at}/${key}` : walk.visitText ? `${at}/#${texts++}` : pointTo(at, key);
    if (!isShown && !see(walk, key, `${path}#`, name)) return false;
    // A name that is no more than a number says nothing of what stands under it.
    const nearest = (name || !isShown) && /^[0-9]*$/.test(key) ? name : isShown ? undefined : key;
    if (!visit(walk, child, path, depth + 1, nearest)) return false;
  }
  return true;
}

/** What a Map or a URL holds is no member of it: nobody would have read it. A plain object may be one of another realm. */
function hidesContent(item: object): boolean {
  const { getPrototypeOf } = Object;
  const kind: unknown = getPrototypeOf(item);
  return kind !== null && getPrototypeOf(kind) !== null && !(item instanceof Date);
}

const see = ({ visitText }: Walk, text: string, at: string, name: string | undefined): boolean =>
  visitText === undefined || visitText(text, at, name);

function refuse(walk: Walk, path: string, message: string, reason: WalkProblem["reason"] = "REQUEST_INVALID"): false {
  walk.problem = { path, reason, message };
  return false;
}
