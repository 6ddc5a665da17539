// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "f83663eef7cc41393bf21afb400bd9c451b09d477607bfdaef8631154af85fe4";
