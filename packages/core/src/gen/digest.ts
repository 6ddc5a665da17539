// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "6a525cc12de3a6c9ab33b7177f130315efbc3c39382fd9f68ef6024c3622d580";
