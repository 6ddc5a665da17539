// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "e6cdf6f2a95e884c6abb0df7088b5a7a886974e694a1b616d7e1277ae8f2e9e1";
