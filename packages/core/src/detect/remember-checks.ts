import { validate } from "./validators/index";

/** As `validate`. */
export type CheckValue = (validator: string, value: string) => boolean;

/** Texts with fewer values than this are no lists, and of theirs hardly one is like another. */
const fewValues = 256;
/** So many answers of one validator are kept. */
const most = 256;

/** Validates the values of one text; of one that says the same again and again, each but once. */
export function createChecks(): CheckValue {
  let known: Map<string, Map<string, boolean>> | undefined;
  let asked = 0;
  return (validator, value) => {
    if (++asked <= fewValues) return validate(validator, value);
    known ??= new Map();
    let answers = known.get(validator);
    if (!answers) known.set(validator, (answers = new Map()));
    let passes = answers.get(value);
    if (passes === undefined) {
      passes = validate(validator, value);
      if (answers.size < most) answers.set(value, passes);
    }
    return passes;
  };
}
