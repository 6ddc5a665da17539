import { type Policy, policyTypes } from "@holdpoint/core";

const { custom_validator: validator } = policyTypes;
const validatorNames: readonly string[] = [validator.type, ...validator.aliases];

/** By its name or an alias: policies are stored as they are written. */
export const isValidator = ({ policyType }: Policy): boolean => validatorNames.includes(policyType);
