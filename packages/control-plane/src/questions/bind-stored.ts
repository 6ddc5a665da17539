import { compile, isPublicAddress } from "@holdpoint/core";
import {
  bindClassifier,
  createRedaction,
  type Fail,
  type ReadyClassifier,
  readEndpoint,
  type Ways,
} from "../../../endpoints/src/index";
import type { StoredClassifier } from "./classifiers";

/** One for all organisations: it knows nothing of any. */
const redaction = createRedaction(compile);

/** A classifier, ready to be asked. At this server no address may be private: whoever writes one is not who runs it. */
export function bindStored(
  ways: Ways,
  written: StoredClassifier,
  apiKey: string | undefined,
  fail: Fail,
): ReadyClassifier {
  const parts = { ways, mayReach: isPublicAddress, apiKey };
  const { allowPrivate: _, ...endpoint } = written as StoredClassifier & { readonly allowPrivate?: unknown };
  return bindClassifier(written, readEndpoint(endpoint, parts, fail), redaction, fail);
}
