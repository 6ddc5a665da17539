// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "8e2a89a1844b1db941cea01bd06a47a59ecf625c826602d65c16849edfc9ccf9";
