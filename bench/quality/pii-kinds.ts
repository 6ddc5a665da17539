import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** The kinds of labelled data that a category of the catalogue answers to; a number may be both identity and tax number. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  email: ["EMAIL"],
  phone: ["PHONE"],
  url_with_credentials: ["URL"],
  person_name: ["PERSON_NAME"],
  street_address: ["ADDRESS"],
  postal_code: ["POSTAL_CODE", "ADDRESS"],
  date_of_birth: ["DATE"],
  credit_card: ["CREDIT_CARD"],
  iban: ["IBAN"],
  bic: ["BIC"],
  us_routing_number: ["BANK_ACCOUNT"],
  us_bank_account: ["BANK_ACCOUNT"],
  crypto_wallet: ["CRYPTO_ADDRESS"],
  ip_address: ["IP_ADDRESS"],
  mac_address: ["MAC_ADDRESS"],
  imei: ["DEVICE_ID"],
  us_ssn: ["SSN", "TAX_ID"],
  us_itin: ["TAX_ID"],
  us_ein: ["TAX_ID", "COMPANY_ID"],
  us_npi: ["HEALTH_ID"],
  us_mbi: ["HEALTH_ID"],
  us_dea: ["HEALTH_ID"],
  uk_nhs: ["HEALTH_ID"],
  de_health_insurance: ["HEALTH_ID"],
  de_physician_number: ["HEALTH_ID"],
  au_medicare: ["HEALTH_ID"],
  medical_record_number: ["HEALTH_ID"],
  medical_license: ["HEALTH_ID"],
  driver_license: ["DRIVER_LICENSE"],
  passport: ["PASSPORT"],
  vehicle_registration: ["VEHICLE_REGISTRATION"],
  vehicle_vin: ["VEHICLE_REGISTRATION"],
  company_number: ["COMPANY_ID"],
};

export function kindOfCategory(category: string): readonly string[] {
  return kinds[category] ?? ["NATIONAL_ID", "TAX_ID", "COMPANY_ID", "HEALTH_ID"];
}

/** The categories of the catalogue that answer to a kind: what a rule names that asks for it. */
export const categoriesOfKind = (kind: string): readonly string[] =>
  categoryNames().filter((category) => kindOfCategory(category).includes(kind));

let names: readonly string[] | undefined;

function categoryNames(): readonly string[] {
  const folder = fileURLToPath(new URL("../../spec/catalog/detectors/pii/", import.meta.url));
  names ??= readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .flatMap((file) => (parse(readFileSync(folder + file, "utf8")) as CatalogueFile).categories ?? [])
    .map(({ category }) => category);
  return names;
}

interface CatalogueFile {
  readonly categories?: readonly { readonly category: string }[];
}
