// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "cdb5a28bebd3608722174a4fbc864f5f51a4df738735b1dd0e9cccab38c010ba";
