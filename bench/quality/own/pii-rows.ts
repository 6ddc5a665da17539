import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { validate } from "../../../packages/core/src/detect/validators/index";
import type { PiiRow } from "../pii";

/** Kinds that these texts mark wherever they stand; names, addresses and dates are marked in the later sets alone. */
const marked =
  "EMAIL PHONE IBAN CREDIT_CARD NATIONAL_ID TAX_ID COMPANY_ID HEALTH_ID PASSPORT IP_ADDRESS MAC_ADDRESS SSN CRYPTO_ADDRESS BANK_ACCOUNT BIC VEHICLE_REGISTRATION DEVICE_ID DRIVER_LICENSE".split(
    " ",
  );

const markedLater = [...marked, "PERSON_NAME", "ADDRESS", "POSTAL_CODE", "DATE"];

export const ownPiiSets = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"] as const;

/** The same numbers in every run. */
function createDraw(): (below: number) => number {
  let seed = 12_345;
  return (below) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

const checkLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const tries = 400_000;

/** A value of a form that passes a check: `#` is any digit, an `X` at the end any letter or digit. */
function drawValue(check: string, form: string, draw: (below: number) => number): string {
  for (let run = 0; run < tries; run++) {
    const digits = form.replace(/#/g, () => String(draw(10)));
    const value = digits.replace(/X(?=[^0-9A-Z]*$)/, (letter) => (run === 0 ? letter : checkLetters.charAt(draw(36))));
    if (validate(check, value)) return value;
  }
  throw new Error(`no value of the form \`${form}\` passes \`${check}\``);
}

/**
 * Texts of our own with personal data as people write it, and others that only look like it: `first` was worked on, `second` to `fourth` were
 * written afterwards. `fifth` and `sixth` are of names, addresses, dates of birth, documents and accounts in thirty languages: both were
 * written and measured before they were worked on. `seventh` and `eighth` hold numbers of a hundred authorities whose check digits another
 * library made, in tickets, letters, invoices and files of 34 languages, telephones of forty countries (half in each), and 200 texts full
 * of other numbers (in the seventh): `eighth` was opened when the mends after `seventh` were done. A line is a language, a tab, and the text, `⟦KIND:value⟧` being what is to be found and `{check:form}` a number
 * made up here.
 */
export function readOwnPii(name: (typeof ownPiiSets)[number]): PiiRow[] {
  const draw = createDraw();
  const path = fileURLToPath(new URL(`./pii/${name}.txt`, import.meta.url));
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [lang = "", written = ""] = line.split("\t");
    const drawn = written
      .replaceAll("\\n", "\n")
      .replace(/\{([a-z0-9_]+):([^}]*)\}/g, (_, check: string, form: string) => drawValue(check, form, draw));
    return { ...readMarks(drawn), lang, annotated_types: name === "fifth" || name === "sixth" ? markedLater : marked };
  });
}

function readMarks(drawn: string): Pick<PiiRow, "text" | "spans"> {
  const spans: { start: number; end: number; type: string }[] = [];
  let text = "";
  let at = 0;
  for (const match of drawn.matchAll(/⟦([A-Z_]+):([^⟧]*)⟧/g)) {
    text += drawn.slice(at, match.index);
    const start = [...text].length;
    text += match[2] ?? "";
    spans.push({ start, end: [...text].length, type: match[1] ?? "" });
    at = match.index + match[0].length;
  }
  return { text: text + drawn.slice(at), spans };
}
