// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "df96e7450fd3c6ea3f328cf58893f2a6ec6858a8357d8cd56b62861336c627db";
