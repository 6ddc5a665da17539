// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "9a246351d341f99270849de855e2d50d33cc967ce21d45948f496d660f2a37fe";
