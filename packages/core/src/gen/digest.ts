// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "e9c4fbbad77bb8434be0f6d919246345dd03a614fd2b8289d9fb3567d8f3a2f0";
