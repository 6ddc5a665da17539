// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "f9f1a008dfb3a36134ca2fd93feb2ee937bebef99a51f218fa0d2622b712ed3c";
