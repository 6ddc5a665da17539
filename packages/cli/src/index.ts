// What the repository's own measurements share with `holdpoint scan --report`.
export { createTextDetector, type Detector } from "./scan/detectors";
export { type GroupScore, type LabelledRow, measureTexts, summarise } from "./scan/measure";
export { measureModeration, measureRequests } from "./scan/measure-moderation";
export { measurePii, overlaps, type PiiRow } from "./scan/measure-pii";
export { kindsOfCategory, piiCategories } from "./scan/pii-kinds";
export { formatGroups, formatModeration, formatPii, formatTable, percent } from "./scan/report-table";
