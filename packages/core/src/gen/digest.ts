// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "5e4dd26d89ee15e880d7d59fcc3cd8c79751d7f5b49ff3db565dc1b7c194ac32";
