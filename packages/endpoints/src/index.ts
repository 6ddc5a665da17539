/**
 * What a client and a server need to ask the endpoints that policies name: own validators and classifiers. No package of its
 * own: each of the two that need it carries it (decision endpoints-shared-room).
 */
export {
  askClassifiers,
  bestScores,
  findPolicyUrl,
  putAnswers,
  type StepRequest,
} from "./ask-classifiers";
export { askValidator, type ValidatorResult } from "./ask-validator";
export { buildQuestion } from "./build-question";
export { checkScores, isRecord } from "./check-scores";
export { type ClassifierAsk, type FoundClassifier, NoScoreError, type ReadyClassifier } from "./classifier";
export { parseJson } from "./parse-json";
export { bindClassifier, type Fail, isHeaderKey, readEndpoint } from "./read-endpoint";
export { createRedaction } from "./redact-texts";
export { untilAborted } from "./until-aborted";
export type { EndpointRequest, EndpointRequests, HttpAnswer, HttpRequest, Ways } from "./ways";
