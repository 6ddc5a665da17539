// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "08074c5da426fb63eb311978725c2376a7899b80de19b1091aad0b7d2532b6de";
