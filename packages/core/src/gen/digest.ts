// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "d8aa87c3442dbe3d083268575a5768e9bcfa98939f327182ada1536216faa83e";
