// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "42bb395573763e6a1a5601f8e2f3290e56550d2095d6671440efedd7c6af892b";
