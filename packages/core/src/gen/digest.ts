// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "4d2d7fcbf81483810edc205c117bcf6df809a8b4edbfa3cd810ad401a1470b8f";
